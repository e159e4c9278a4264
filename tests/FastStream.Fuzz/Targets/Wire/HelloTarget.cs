using System.Text;
using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.Fuzz.Targets.Wire;

/// <summary>The first frame of a session.</summary>
internal sealed class HelloTarget : MessageTarget
{
    public override string Name => "hello";

    public override void Generate(FuzzRandom random, InputBuffer input)
    {
        byte[] authentication = new byte[random.OneIn(4) ? random.Skewed(WireFormat.MaxAuthenticationBytes) : 0];
        random.Fill(authentication);
        ClientFrameWriter.WriteHello(
            input,
            (AckLevel)random.Below(4),
            (KeyKind)random.Below(2),
            random.EdgeNumber(),
            FuzzNames.Name(random),
            random.OneIn(8) ? "" : FuzzNames.Name(random),
            authentication);
    }

    protected override bool Parse(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.Kind != FrameKind.Hello || HelloReader.TryRead(payload, out HelloReader hello) != FrameError.None)
        {
            return false;
        }

        if (hello.ProtocolVersion == WireFormat.Version)
        {
            ClientFrameWriter.WriteHello(
                Output,
                header.AckLevel,
                hello.KeyKind,
                hello.Epoch,
                Encoding.UTF8.GetString(hello.Stream),
                Encoding.UTF8.GetString(hello.Producer),
                hello.Authentication);
        }

        return true;
    }
}
