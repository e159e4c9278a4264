using FastStream.Engine;
using FastStream.Engine.Ingress;
using FastStream.Engine.Monitoring;
using FastStream.Protocol;

namespace FastStream.Tests.Ingress.Tcp;

/// <summary>What decoding adds to a frame is charged to its session, and bounded.</summary>
public sealed class DecodedMemoryTests
{
    private const int MiB = 1 << 20;

    private static readonly EngineLimits s_limits = new()
    {
        MaxFrameBytes = 256 << 10,
        MaxInFlightBytesPerSession = MiB,
        MaxDecodedBytesPerSession = 2 * MiB,
        MaxInFlightBytes = 64 * MiB,
    };

    [Fact]
    public async Task AFrameThatDecodesToMoreThanASessionMayHoldIsRefusedForGoodAndTheNextOneIsTaken()
    {
        await using (ListenerHarness server = new(limits: s_limits))
        {
            using (FrameClient client = await FrameClient.OpenAsync(server.Port))
            {
                byte[] bomb = ConstantColumns(1, recordCount: 40_000, fieldCount: 60); // 19.8 MB of zeros
                Assert.True(bomb.Length < s_limits.MaxFrameBytes, $"{bomb.Length} bytes");
                await client.SendAsync(bomb);
                (ErrorCode code, bool closes, ulong sequence, ulong expected, string text) = (await client.ReadAsync()).Error();
                Assert.Equal((ErrorCode.FrameTooLarge, false, 1UL, 2UL), (code, closes, sequence, expected));
                Assert.Contains(nameof(EngineLimits.MaxDecodedBytesPerSession), text, StringComparison.Ordinal);
                Assert.Equal(1, server.Count(EngineCounter.LimitRefusals));
                Assert.True(server.Engine.Core.Blocks.LeasedBytes <= MiB, "the bomb was given the memory it asked for");

                await client.SendAsync(ConstantColumns(2, recordCount: 40_000, fieldCount: 1));
                Assert.Equal(1, await client.ReadAcksAsync(2));
            }

            await server.AssertBalancedAsync();
        }
    }

    [Fact]
    public async Task AFrameThatFitsIntoNoBlockOfASmallPoolIsRefusedInsteadOfWaitingForEver()
    {
        EngineLimits limits = s_limits with { MaxDecodedBytesPerSession = 0, MaxInFlightBytes = 4 * MiB };
        await using ListenerHarness server = new(limits: limits);
        using FrameClient client = await FrameClient.OpenAsync(server.Port);
        await client.SendAsync(ConstantColumns(1, recordCount: 40_000, fieldCount: 8)); // 3.3 MB, in a block of 8 MiB
        Assert.Equal(ErrorCode.FrameTooLarge, (await client.ReadAsync()).Error().Code);
        await client.SendAsync(ConstantColumns(2, recordCount: 4_000, fieldCount: 1));
        Assert.Equal(1, await client.ReadAcksAsync(2));
    }

    [Fact]
    public void ASessionIsChargedItsBytesOrItsShareOfDecodedMemoryWhicheverIsMore()
    {
        FrameCharge charge = new(s_limits, poolBytes: 64 * MiB);
        FrameHeader header = new() { Kind = FrameKind.Data, PayloadBytes = 4_096 - WireFormat.HeaderBytes };
        Assert.Equal(4_096, header.FrameBytes);
        Assert.Equal(4_096, charge.Of(header, blockBytes: 4_096));
        Assert.Equal(4_096, charge.Of(header, blockBytes: 8_192));
        Assert.Equal(MiB / 2, charge.Of(header, blockBytes: MiB));
        Assert.Equal(MiB, charge.Of(header, blockBytes: 2 * MiB)); // its whole bound: one such frame at a time
        Assert.False(charge.IsTooLarge(2 * MiB));
        Assert.True(charge.IsTooLarge((2 * MiB) + 1));
    }

    [Fact]
    public void TheBoundOfDecodedBytesIsCheckedAgainstTheFrame()
    {
        Assert.Empty(new EngineLimits().FindFaults());
        Assert.Empty(s_limits.FindFaults());
        string fault = Assert.Single((new EngineLimits() with { MaxDecodedBytesPerSession = 2 * MiB }).FindFaults());
        Assert.Contains(nameof(EngineLimits.MaxDecodedBytesPerSession), fault, StringComparison.Ordinal);
    }

    private static byte[] ConstantColumns(ulong sequence, int recordCount, int fieldCount)
    {
        byte[] bytes = new byte[DataFrameWriter.MaxFrameBytes(recordCount, fieldCount, 0)];
        DataFrameWriter writer = new(bytes, recordCount, fieldCount + 2, EncodingMode.Auto);
        long[] times = new long[recordCount];
        Array.Fill(times, DataFrames.StartNs);
        writer.AddKeys(new ulong[recordCount]);
        writer.AddTimes(times);
        for (int field = 0; field < fieldCount; field++)
        {
            writer.AddField(field, new double[recordCount]);
        }

        return bytes[..writer.Finish(1, sequence)];
    }
}
