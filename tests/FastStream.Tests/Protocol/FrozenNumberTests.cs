using FastStream.Protocol;

namespace FastStream.Tests.Protocol;

/// <summary>Goal: numbers that travel or are written to disk never change. New ones are added here.</summary>
public sealed class FrozenNumberTests
{
    [Fact]
    public void FrameKinds() => Assert.Equal(
        "None=0 Hello=1 Schema=2 Dictionary=3 Data=4 Time=5 End=6 Ping=7 Subscribe=8 Query=9 Welcome=65"
        + " SchemaAccepted=66 Ack=67 Error=68 Pong=69 Result=70",
        Numbers<FrameKind>());

    [Fact]
    public void ErrorCodes() => Assert.Equal(
        "None=0 BadMagic=1 WrongVersion=2 BadCrc=3 BadHeader=4 FrameTooLarge=5 TooManyRecords=6 Undecodable=7"
        + " HelloExpected=16 HelloTimeout=17 BadName=18 NotAllowed=19 TooManyConnections=20 TooSlow=21 Idle=22"
        + " ShuttingDown=23 NotReady=24 ProducerBusy=32 UnknownProducer=33 Fenced=34 OutOfSequence=35"
        + " IdentityReused=36 TooManyProducers=37 UnknownStream=48 UnknownView=49 UnknownSchema=50 SchemaConflict=51"
        + " UnknownKeyId=52 KeyLimit=53 TooManyStreams=54 WrongKeyKind=55 BadQuery=56 DiskFull=64 Faulted=65"
        + " Overloaded=66",
        Numbers<ErrorCode>());

    [Fact]
    public void EncodingsAndRoles()
    {
        Assert.Equal(
            "None=0 KeyU64=1 KeyIdU16=2 KeyIdU32=3 KeyConstant=4 TimeI64=16 TimeDeltaU32=17 FieldF64=32 FieldF32=33"
            + " FieldScaledI32=34 FieldDecimalI32=35 FieldConstant=36 PositionBytes=48",
            Numbers<ColumnEncoding>());
        Assert.Equal("None=0 Key=1 Time=2 Field=3 Position=4", Numbers<ColumnRole>());
    }

    [Fact]
    public void SmallEnums()
    {
        Assert.Equal("None=0 Applied=1 Written=2 Durable=3", Numbers<AckLevel>());
        Assert.Equal("U64=0 Text=1", Numbers<KeyKind>());
        Assert.Equal("None=0 Lz4=1", Numbers<FrameFlags>());
        Assert.Equal("None=0 Rule=1 Future=2 TimeRange=3 KeyLimit=4", Numbers<RefusalReason>());
    }

    [Fact]
    public void Limits()
    {
        Assert.Equal(64, WireFormat.HeaderBytes);
        Assert.Equal(64, WireFormat.AlignmentBytes);
        Assert.Equal(1 << 20, WireFormat.DefaultMaxFrameBytes);
        Assert.Equal(16 << 20, WireFormat.HardMaxFrameBytes);
        Assert.Equal(65_536, WireFormat.MaxRecordsPerFrame);
        Assert.Equal(64, WireFormat.MaxFieldCount);
        Assert.Equal(249, WireFormat.MaxNameBytes);
        Assert.Equal(64, WireFormat.MaxPositionBytes);
        Assert.Equal(256, WireFormat.MaxCompressionRatio);
    }

    [Fact]
    public void EveryParserErrorHasACodeForTheWire()
    {
        foreach (FrameError error in Enum.GetValues<FrameError>())
        {
            Assert.Equal(error == FrameError.None, error.ToErrorCode() == ErrorCode.None);
        }
    }

    private static string Numbers<T>()
        where T : struct, Enum =>
        string.Join(' ', Enum.GetValues<T>().Select(value => $"{value}={Convert.ToInt32(value)}"));
}
