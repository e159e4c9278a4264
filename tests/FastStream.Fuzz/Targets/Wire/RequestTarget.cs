using System.Text;
using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.Fuzz.Targets.Wire;

/// <summary>Ping, pong, subscribe and query.</summary>
internal sealed class RequestTarget : MessageTarget
{
    public override string Name => "ping-subscribe-query";

    public override void Generate(FuzzRandom random, InputBuffer input)
    {
        uint id = (uint)random.EdgeNumber();
        switch (random.Below(4))
        {
            case 0:
                ClientFrameWriter.WritePing(input, random.Next());
                break;
            case 1:
                ServerFrameWriter.WritePong(input, random.Next());
                break;
            case 2:
                AckLevel level = random.OneIn(2) ? AckLevel.Applied : AckLevel.Durable;
                ClientFrameWriter.WriteSubscribe(
                    input, id, level, random.EdgeNumber(), FuzzNames.Name(random), FuzzNames.Name(random));
                break;
            default:
                ClientFrameWriter.WriteQuery(input, id, "/v1/windows?stream=" + FuzzNames.Text(random));
                break;
        }
    }

    protected override bool Parse(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        switch (header.Kind)
        {
            case FrameKind.Ping when PingReader.TryRead(payload, out ulong token) == FrameError.None:
                ClientFrameWriter.WritePing(Output, token);
                return true;
            case FrameKind.Pong when PingReader.TryRead(payload, out ulong token) == FrameError.None:
                ServerFrameWriter.WritePong(Output, token);
                return true;
            case FrameKind.Subscribe when SubscribeReader.TryRead(payload, out SubscribeReader subscribe) == FrameError.None:
                Require(subscribe.Level is AckLevel.Applied or AckLevel.Durable, "a subscription at another level");

                // The reader takes any name; that nothing is called so is told when it is looked up.
                if (StreamName.TryValidate(subscribe.Stream) && StreamName.TryValidate(subscribe.View))
                {
                    ClientFrameWriter.WriteSubscribe(
                        Output,
                        subscribe.RequestId,
                        subscribe.Level,
                        subscribe.FromAddress,
                        Encoding.UTF8.GetString(subscribe.Stream),
                        Encoding.UTF8.GetString(subscribe.View));
                }

                return true;
            case FrameKind.Query when QueryReader.TryRead(payload, out QueryReader query) == FrameError.None:
                ClientFrameWriter.WriteQuery(Output, query.RequestId, Encoding.UTF8.GetString(query.Text));
                return true;
            default:
                return false;
        }
    }
}
