using FastStream.Client;
using FastStream.Protocol;
using FastStream.Tests.Allocation;

namespace FastStream.Tests.Client;

/// <summary>Goal: sending allocates nothing once everything is warm, whatever path a record takes.</summary>
public sealed class ProducerAllocationTests
{
    private const int RecordCount = 1_000_000;

    [Theory]
    [InlineData(EncodingMode.Raw, false)]
    [InlineData(EncodingMode.Auto, true)]
    public async Task AMillionSendsAllocateNothing(EncodingMode mode, bool compress)
    {
        using FakeServer server = new() { Forgets = true };
        ProducerOptions options = Options(server, KeyKind.U64) with { Encoding = mode, Compress = compress };
        using Producer producer = await Producer.ConnectAsync(options);
        int rounds = 0;
        Assert.Equal(0, SteadyState.AllocatedBytes(() =>
        {
            rounds++;
            for (int record = 0; record < RecordCount; record++)
            {
                producer.Send((ulong)record, record, record / 10.0);
            }
        }));
        await ProducerTests.Flush(producer);
        Assert.Equal(rounds * RecordCount, server.Records);
    }

    [Fact]
    public async Task KnownTextKeysAllocateNothing()
    {
        using FakeServer server = new() { Forgets = true, KeyKind = KeyKind.Text };
        using Producer producer = await Producer.ConnectAsync(Options(server, KeyKind.Text));
        string[] keys = [.. Enumerable.Range(0, 1_000).Select(key => $"airport {key}")];
        Assert.Equal(0, SteadyState.AllocatedBytes(() =>
        {
            for (int record = 0; record < RecordCount; record++)
            {
                producer.Send(keys[record % keys.Length], record, record / 10.0);
            }
        }));
        await ProducerTests.Flush(producer);
        Assert.Equal(1_000, server.Names.Length);
    }

    private static ProducerOptions Options(FakeServer server, KeyKind keyKind) =>
        ProducerTests.Options(server) with { BatchBytes = 64 << 10, KeyKind = keyKind };
}
