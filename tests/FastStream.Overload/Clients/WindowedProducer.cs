using System.Net.Sockets;
using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.Overload.Clients;

/// <summary>
/// A producer that sends as fast as acks come back, until it is told to stop or the server goes. What was acked to it
/// is what the server has promised.
/// </summary>
internal sealed class WindowedProducer(int port, string stream, string name)
{
    public const int RecordsPerFrame = 5_000;

    private const ulong Window = 16;
    private const ulong KeyCount = 50_000;

    /// <summary>The last sequence that was acked.</summary>
    public ulong AckedSequence { get; private set; }

    /// <summary>Why it ended before it was told to; null when it was told.</summary>
    public string? EndedBy { get; private set; }

    /// <summary>Sends until then.</summary>
    public void Run(CancellationToken stop)
    {
        try
        {
            using LoopbackClient client = LoopbackClient.Connect(port);
            ulong sequence = client.Greet(stream, name).LastSequence;
            ulong last = sequence;
            AckedSequence = sequence;
            while (!stop.IsCancellationRequested || AckedSequence < last)
            {
                while (!stop.IsCancellationRequested && last - AckedSequence < Window)
                {
                    last++;
                    ulong seed = last * 7919;
                    client.Send(RecordFrame.Of(last, RecordsPerFrame, i => (seed + (ulong)i) % KeyCount));
                }

                if (AckReader.TryRead(client.Read(FrameKind.Ack), out AckReader ack) == FrameError.None)
                {
                    AckedSequence = Math.Max(AckedSequence, ack.LastSequence);
                }
            }
        }
        catch (Exception fault) when (fault is SocketException or RefusedException or InvalidDataException)
        {
            EndedBy = fault.Message;
        }
    }
}
