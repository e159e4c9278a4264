using System.Text;
using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.Tests.Protocol;

/// <summary>Goal: each payload reads back what was written, and a cut, longer or lying payload has its error.</summary>
public sealed class MessageTests
{
    private static readonly Dictionary<string, Func<byte[], FrameError>> s_readers = new()
    {
        ["hello"] = payload => HelloReader.TryRead(payload, out _),
        ["welcome"] = payload => WelcomeReader.TryRead(payload, out _),
        ["schema"] = payload => SchemaReader.TryRead(payload, out _),
        ["schema-accepted"] = payload => SchemaAcceptedReader.TryRead(payload, out _),
        ["dictionary"] = payload => DictionaryReader.TryRead(payload, out _),
        ["time"] = payload => ProgressReader.TryRead(payload, out _),
        ["end"] = payload => ProgressReader.TryRead(payload, out _),
        ["ping"] = payload => PingReader.TryRead(payload, out _),
        ["pong"] = payload => PingReader.TryRead(payload, out _),
        ["subscribe"] = payload => SubscribeReader.TryRead(payload, out _),
        ["query"] = payload => QueryReader.TryRead(payload, out _),
        ["ack"] = payload => AckReader.TryRead(payload, out _),
        ["error"] = payload => ErrorReader.TryRead(payload, out _),
    };

    public static TheoryData<string> Names => [.. s_readers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void APayloadCutAtAnyByteIsTruncated(string name)
    {
        byte[] payload = Payload(name);
        Assert.Equal(FrameError.None, s_readers[name](payload));
        for (int length = 0; length < payload.Length; length++)
        {
            Assert.Equal(FrameError.Truncated, s_readers[name](payload[..length]));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void APayloadThatGoesOnIsRefused(string name) =>
        Assert.Equal(FrameError.TrailingBytes, s_readers[name]([.. Payload(name), 0]));

    [Theory]
    [MemberData(nameof(Names))]
    public void NoDamageMakesAReaderThrow(string name)
    {
        byte[] payload = Payload(name);
        for (int index = 0; index < payload.Length; index++)
        {
            for (int value = 0; value < 256; value++)
            {
                byte[] damaged = [.. payload];
                damaged[index] = (byte)value;
                Assert.True(Enum.IsDefined(s_readers[name](damaged)));
            }
        }
    }

    [Theory]
    [InlineData("hello", 2, 2, FrameError.BadValue)]
    [InlineData("hello", 3, 1, FrameError.BadReserved)]
    [InlineData("hello", 18, (byte)'/', FrameError.BadName)]
    [InlineData("hello", 17, 1, FrameError.BadName)]
    [InlineData("welcome", 3, 4, FrameError.BadValue)]
    [InlineData("welcome", 27, 2, FrameError.BadValue)]
    [InlineData("welcome", 36, 1, FrameError.BadReserved)]
    [InlineData("welcome", 40, 65, FrameError.BadValue)]
    [InlineData("schema", 0, 0, FrameError.BadValue)]
    [InlineData("schema", 0, 65, FrameError.BadValue)]
    [InlineData("schema", 10, 0xFF, FrameError.BadName)]
    [InlineData("dictionary", 4, 0, FrameError.BadValue)]
    [InlineData("dictionary", 13, 17, FrameError.BadValue)]
    [InlineData("dictionary", 10, 0xFF, FrameError.BadName)]
    [InlineData("subscribe", 4, 2, FrameError.BadValue)]
    [InlineData("ack", 0, 4, FrameError.BadValue)]
    [InlineData("ack", 2, 0, FrameError.TrailingBytes)]
    [InlineData("ack", 2, 2, FrameError.Truncated)]
    [InlineData("ack", 8, 47, FrameError.BadValue)]
    [InlineData("error", 2, 4, FrameError.BadValue)]
    public void AValueOutsideItsRangeHasItsError(string name, int offset, byte value, FrameError expected)
    {
        byte[] payload = Payload(name);
        payload[offset] = value;
        Assert.Equal(expected, s_readers[name](payload));
    }

    [Fact]
    public void EveryPartOfAHelloComesBack()
    {
        byte[] frame = Frames.Write(output => ClientFrameWriter.WriteHello(
            output, AckLevel.Written, KeyKind.U64, 77, "s", "p", [1, 2, 3]));
        Assert.Equal(FrameError.None, FrameReader.TryReadWhole(frame, FrameLimits.Default, out FrameHeader header));
        Assert.Equal(AckLevel.Written, header.AckLevel);
        Assert.Equal(FrameError.None, HelloReader.TryRead(Body(frame), out HelloReader hello));
        Assert.Equal(1, hello.ProtocolVersion);
        Assert.Equal(KeyKind.U64, hello.KeyKind);
        Assert.Equal(77u, hello.Epoch);
        Assert.Equal("s"u8, hello.Stream);
        Assert.Equal("p"u8, hello.Producer);
        Assert.Equal(new byte[] { 1, 2, 3 }, hello.Authentication.ToArray());
    }

    [Fact]
    public void ASessionThatOnlyAsksNeedsNoNames()
    {
        byte[] frame = Frames.Write(output => ClientFrameWriter.WriteHello(
            output, AckLevel.None, KeyKind.U64, 0, string.Empty, string.Empty));
        Assert.Equal(FrameError.None, HelloReader.TryRead(Body(frame), out HelloReader hello));
        Assert.True(hello.Producer.IsEmpty);
        Assert.Throws<ArgumentException>(() => Frames.Write(output => ClientFrameWriter.WriteHello(
            output, AckLevel.None, KeyKind.U64, 0, string.Empty, "p")));
    }

    [Fact]
    public void EveryPartOfAWelcomeComesBack()
    {
        Assert.Equal(FrameError.None, WelcomeReader.TryRead(Payload("welcome"), out WelcomeReader welcome));
        Assert.Equal(41u, welcome.Fields.LastSequence);
        Assert.Equal(5u, welcome.Fields.Epoch);
        Assert.Equal(2u, welcome.Fields.DictionaryCount);
        Assert.Equal(1 << 20, welcome.Fields.MaxFrameBytes);
        Assert.Equal(4 << 20, welcome.Fields.MaxInFlightBytes);
        Assert.Equal(65_536, welcome.Fields.MaxRecordsPerFrame);
        Assert.Equal("p41"u8, welcome.Position);
    }

    [Fact]
    public void FieldNamesComeBackAndMustDiffer()
    {
        Assert.Equal(FrameError.None, SchemaReader.TryRead(Payload("schema"), out SchemaReader schema));
        Assert.Equal(2, schema.FieldCount);
        Assert.Equal("delay"u8, schema.Name(0));
        Assert.Equal("distance"u8, schema.Name(1));
        byte[] twice = Body(Frames.Write(output => ClientFrameWriter.WriteSchema(output, 1, ["a", "b", "a"])));
        Assert.Equal(FrameError.BadName, SchemaReader.TryRead(twice, out _));
    }

    [Fact]
    public void DictionaryEntriesAndLabelsComeBack()
    {
        Assert.Equal(FrameError.None, DictionaryReader.TryRead(Payload("dictionary"), out DictionaryReader entries));
        Assert.Equal(2u, entries.FirstId);
        Assert.True(entries.MoveNext());
        Assert.Equal(2u, entries.Id);
        Assert.Equal("ATL"u8, entries.Name);
        LabelReader labels = entries.Labels;
        Assert.True(labels.MoveNext());
        Assert.Equal("state"u8, labels.Name);
        Assert.Equal("GA"u8, labels.Value);
        Assert.False(labels.MoveNext());
        Assert.True(entries.MoveNext());
        Assert.Equal(3u, entries.Id);
        Assert.Equal(Encoding.UTF8.GetBytes("Z\u00fcrich"), entries.Name.ToArray());
        Assert.Equal(0, entries.Labels.Count);
        Assert.False(entries.MoveNext());
    }

    [Fact]
    public void ADictionaryFrameTakesWhatFitsAndNoMore()
    {
        byte[] frame = new byte[192];
        DictionaryFrameBuilder builder = new(frame, 0);
        byte[] name = new byte[30];
        Array.Fill(name, (byte)'k');
        Assert.True(builder.TryAdd(name));
        Assert.True(builder.TryAdd(name));
        Assert.True(builder.TryAdd(name));
        Assert.False(builder.TryAdd(name));
        Assert.False(builder.TryAddLabel(name, name));
        int bytes = builder.Finish(1);
        Assert.Equal(192, bytes);
        Assert.Equal(FrameError.None, FrameReader.TryReadWhole(frame, FrameLimits.Default, out _));
        Assert.Equal(FrameError.None, DictionaryReader.TryRead(Body(frame), out DictionaryReader entries));
        Assert.Equal(3, entries.Count);
    }

    [Fact]
    public void AnAckListsAtMost64Refusals()
    {
        RecordRefusal[] refusals = [.. Enumerable.Range(0, 70)
            .Select(index => new RecordRefusal(5, (uint)index, RefusalReason.Future, 0))];
        byte[] frame = Frames.Write(output => ServerFrameWriter.WriteAck(
            output, AckLevel.Applied, true, 5, 5, new AckCounts { Future = 70 }, refusals));
        Assert.Equal(FrameError.None, AckReader.TryRead(Body(frame), out AckReader ack));
        Assert.True(ack.IsDuplicate);
        Assert.Equal(70, ack.Counts.Future);
        Assert.Equal(64, ack.RefusalCount);
        Assert.Equal(refusals[63], ack.Refusal(63));
    }

    [Fact]
    public void ALongErrorTextIsCutBetweenCharacters()
    {
        byte[] frame = Frames.Write(output => ServerFrameWriter.WriteError(
            output, ErrorCode.DiskFull, true, 1, 2, "x" + new string('\u00fc', 2_000)));
        Assert.Equal(FrameError.None, ErrorReader.TryRead(Body(frame), out ErrorReader error));
        Assert.True(error.IsTransient);
        Assert.True(error.ClosesSession);
        Assert.Equal(1_023, error.Text.Length);
    }

    [Fact]
    public void AResultCarriesItsBody()
    {
        Assert.Equal(FrameError.None, ResultReader.TryRead(Payload("result"), out ResultReader result));
        Assert.Equal(10u, result.RequestId);
        Assert.True(result.IsLast);
        Assert.Equal("{\"name\":\"flights\"}\n"u8, result.Body);
    }

    private static byte[] Payload(string name) => Body(WireFormatPage.Vector(name));

    private static byte[] Body(byte[] frame) => frame[64..(64 + BitConverter.ToInt32(frame, 12))];
}
