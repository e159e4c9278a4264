using System.Buffers;
using System.Text;
using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.Tests.Protocol;

/// <summary>
/// Goal: the page and the code say the same. The vectors of WIRE_FORMAT.md come from the independent Python writer;
/// our writers must produce them byte for byte and our readers must accept them.
/// </summary>
public sealed class TestVectorTests
{
    private const long NewYear2020 = 1_577_836_800_000_000_000;

    private static readonly Dictionary<string, Action<IBufferWriter<byte>>> s_writers = new()
    {
        ["hello"] = output => ClientFrameWriter.WriteHello(
            output, AckLevel.Durable, KeyKind.Text, 0, "flights", "gate-7"),
        ["welcome"] = output => ServerFrameWriter.WriteWelcome(output, s_welcome, "p41"u8),
        ["schema"] = output => ClientFrameWriter.WriteSchema(output, 1, ["delay", "distance"]),
        ["schema-accepted"] = output => ServerFrameWriter.WriteSchemaAccepted(output, 1, 2),
        ["dictionary"] = output => output.Write(Dictionary()),
        ["time"] = output => ClientFrameWriter.WriteTime(output, 45, NewYear2020 + 1, "p45"u8),
        ["end"] = output => ClientFrameWriter.WriteEnd(output, 46),
        ["ping"] = output => ClientFrameWriter.WritePing(output, 0x1122334455667788),
        ["pong"] = output => ServerFrameWriter.WritePong(output, 0x1122334455667788),
        ["subscribe"] = output => ClientFrameWriter.WriteSubscribe(
            output, 9, AckLevel.Durable, ulong.MaxValue, "flights", "by-origin"),
        ["query"] = output => ClientFrameWriter.WriteQuery(output, 10, "/v1/streams"),
        ["result"] = output => ServerFrameWriter.WriteResult(output, 10, true, "{\"name\":\"flights\"}\n"u8),
        ["ack"] = output => ServerFrameWriter.WriteAck(
            output, AckLevel.Durable, false, 42, 46, s_counts, [new RecordRefusal(43, 2, RefusalReason.Rule, 0)]),
        ["error"] = output => ServerFrameWriter.WriteError(
            output, ErrorCode.OutOfSequence, false, 49, 47, "sequence 49 came, 47 is next: send again from 47"),
    };

    private static readonly WelcomeFields s_welcome = new()
    {
        ProtocolVersion = 1,
        KeyKind = KeyKind.Text,
        AckLevel = AckLevel.Durable,
        DictionaryCount = 2,
        Epoch = 5,
        LastSequence = 41,
        MaxFrameBytes = 1 << 20,
        MaxInFlightBytes = 4 << 20,
        MaxRecordsPerFrame = 65_536,
    };

    private static readonly AckCounts s_counts = new() { Accepted = 4, Refused = 1, Late = 1 };

    public static TheoryData<string> Written => [.. s_writers.Keys];

    public static TheoryData<string> All => [.. WireFormatPage.VectorNames];

    [Theory]
    [MemberData(nameof(Written))]
    public void TheWriterProducesTheVector(string name) => Assert.Equal(
        Convert.ToHexString(WireFormatPage.Vector(name)), Convert.ToHexString(Frames.Write(s_writers[name])));

    [Theory]
    [MemberData(nameof(All))]
    public void TheReaderAcceptsTheVector(string name) => Assert.Equal(
        FrameError.None, FrameReader.TryReadWhole(WireFormatPage.Vector(name), FrameLimits.Default, out _));

    [Fact]
    public void EveryKindHasAVector() => Assert.Equal(
        Enum.GetValues<FrameKind>().Where(kind => kind != FrameKind.None).ToHashSet(),
        WireFormatPage.VectorNames.Select(name => (FrameKind)WireFormatPage.Vector(name)[5]).ToHashSet());

    [Fact]
    public void DataAsItIsIsWrittenAndReadLikeTheVector()
    {
        DataColumns columns = new()
        {
            Keys = [7, 1UL << 63],
            Times = [NewYear2020, NewYear2020 - 1],
            Fields = [[1.25, -3]],
        };
        AssertBothWays("data-raw", KeyKind.U64, columns, EncodingMode.Raw);
    }

    [Fact]
    public void EncodedDataIsWrittenAndReadLikeTheVector()
    {
        DataColumns columns = new()
        {
            Sequence = 43,
            KeyIds = [2, 3, 2],
            Times = [NewYear2020 + 600_000_000, NewYear2020, NewYear2020 + 120],
            Fields = [[-5, 17, double.NaN], [0.1, 940.3, -0.2]],
            Position = "p43"u8.ToArray(),
        };
        AssertBothWays("data-encoded", KeyKind.Text, columns, EncodingMode.Auto);
    }

    [Fact]
    public void ConstantColumnsAreWrittenAndReadLikeTheVector()
    {
        DataColumns columns = new()
        {
            Sequence = 44,
            KeyIds = [3, 3],
            Times = [NewYear2020, NewYear2020 + 1],
            Fields = [[0.5, double.NegativeInfinity], [2.5, 2.5]],
        };
        AssertBothWays("data-constant", KeyKind.Text, columns, EncodingMode.Auto);
    }

    [Fact]
    public void TheLz4VectorDecodes()
    {
        Assert.Equal(FrameError.None, Frames.Decode(
            WireFormatPage.Vector("data-lz4"), KeyKind.U64, out DataColumns? columns));
        DataColumns expected = new()
        {
            Sequence = 2,
            Keys = [.. Enumerable.Repeat(7UL, 200)],
            Times = [.. Enumerable.Repeat(NewYear2020, 200)],
        };
        DataColumns.AssertEqual(expected, columns);
    }

    [Fact]
    public void ThePageListsEveryErrorCode()
    {
        string page = WireFormatPage.Text;
        foreach (ErrorCode code in Enum.GetValues<ErrorCode>().Where(code => code != ErrorCode.None))
        {
            string kind = code.IsTransient() ? "transient" : "permanent";
            Assert.Contains($"| {(ushort)code} | {code.WireName()} | {kind} | {code.Remedy()} |", page);
        }
    }

    [Fact]
    public void ThePageListsEveryKindAndEncoding()
    {
        string page = WireFormatPage.Text;
        foreach (FrameKind kind in Enum.GetValues<FrameKind>().Where(kind => kind != FrameKind.None))
        {
            string name = kind.ToString();
            Assert.Contains($"| {(byte)kind} | {char.ToLowerInvariant(name[0])}{name[1..]} |", page);
        }

        foreach (ColumnEncoding encoding in Enum.GetValues<ColumnEncoding>().Where(e => e != ColumnEncoding.None))
        {
            Assert.Contains($"| {(byte)encoding} | {Role(encoding)} |", page);
        }
    }

    private static string Role(ColumnEncoding encoding) => encoding switch
    {
        <= ColumnEncoding.KeyConstant => "key",
        <= ColumnEncoding.TimeDeltaU32 => "time",
        <= ColumnEncoding.FieldConstant => "field",
        _ => "position",
    };

    private static void AssertBothWays(string name, KeyKind keyKind, DataColumns columns, EncodingMode mode)
    {
        byte[] vector = WireFormatPage.Vector(name);
        Assert.Equal(Convert.ToHexString(vector), Convert.ToHexString(Frames.WriteData(columns, mode)));
        Assert.Equal(FrameError.None, Frames.Decode(vector, keyKind, out DataColumns? back));
        DataColumns.AssertEqual(columns, back);
    }

    private static byte[] Dictionary()
    {
        byte[] frame = new byte[256];
        DictionaryFrameBuilder builder = new(frame, 2);
        Assert.True(builder.TryAdd("ATL"u8));
        Assert.True(builder.TryAddLabel("state"u8, "GA"u8));
        Assert.True(builder.TryAdd(Encoding.UTF8.GetBytes("Z\u00fcrich")));
        return frame[..builder.Finish(42)];
    }
}
