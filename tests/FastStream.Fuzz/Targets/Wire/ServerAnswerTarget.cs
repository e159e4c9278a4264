using System.Text;
using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.Fuzz.Targets.Wire;

/// <summary>The other frames of a server: welcome, schemaAccepted, error, result.</summary>
internal sealed class ServerAnswerTarget : MessageTarget
{
    private static readonly ErrorCode[] s_codes = Enum.GetValues<ErrorCode>();

    private readonly byte[] _bytes = new byte[256];

    public override string Name => "welcome-error-result";

    public override int Weight => 40;

    public override void Generate(FuzzRandom random, InputBuffer input)
    {
        switch (random.Below(4))
        {
            case 0:
                ServerFrameWriter.WriteWelcome(input, Welcome(random), _bytes.AsSpan(0, random.Below(65)));
                break;
            case 1:
                ServerFrameWriter.WriteSchemaAccepted(input, (uint)random.EdgeNumber(), random.Below(65));
                break;
            case 2:
                ServerFrameWriter.WriteError(
                    input, random.Pick<ErrorCode>(s_codes), random.OneIn(2), random.EdgeNumber(), random.EdgeNumber(), FuzzNames.Text(random));
                break;
            default:
                random.Fill(_bytes);
                ServerFrameWriter.WriteResult(input, (uint)random.Next(), random.OneIn(2), _bytes.AsSpan(0, random.Below(256)));
                break;
        }
    }

    protected override bool Parse(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        switch (header.Kind)
        {
            case FrameKind.Welcome when WelcomeReader.TryRead(payload, out WelcomeReader welcome) == FrameError.None:
                Require(welcome.Fields is { MaxFrameBytes: >= 0, MaxInFlightBytes: >= 0 }, "a negative limit in a welcome");
                ServerFrameWriter.WriteWelcome(Output, welcome.Fields, welcome.Position);
                return true;
            case FrameKind.SchemaAccepted when SchemaAcceptedReader.TryRead(payload, out int count) == FrameError.None:
                ServerFrameWriter.WriteSchemaAccepted(Output, header.SchemaId, count);
                return true;
            case FrameKind.Error when ErrorReader.TryRead(payload, out ErrorReader error) == FrameError.None:
                // A client goes by the flags, which a server of another version may set otherwise.
                if (error.IsTransient == error.Code.IsTransient())
                {
                    ServerFrameWriter.WriteError(
                        Output,
                        error.Code,
                        error.ClosesSession,
                        error.Sequence,
                        error.ExpectedSequence,
                        Encoding.UTF8.GetString(error.Text));
                }

                return true;
            case FrameKind.Result when ResultReader.TryRead(payload, out ResultReader result) == FrameError.None:
                ServerFrameWriter.WriteResult(Output, result.RequestId, result.IsLast, result.Body);
                return true;
            default:
                return false;
        }
    }

    private static WelcomeFields Welcome(FuzzRandom random) => new()
    {
        ProtocolVersion = 1,
        KeyKind = (KeyKind)random.Below(2),
        AckLevel = (AckLevel)random.Below(4),
        DictionaryCount = (uint)random.EdgeNumber(),
        Epoch = random.EdgeNumber(),
        LastSequence = random.EdgeNumber(),
        MaxFrameBytes = random.Below(WireFormat.HardMaxFrameBytes + 1),
        MaxInFlightBytes = (int)(random.EdgeNumber() & int.MaxValue),
        MaxRecordsPerFrame = random.Below(WireFormat.MaxRecordsPerFrame + 1),
    };
}
