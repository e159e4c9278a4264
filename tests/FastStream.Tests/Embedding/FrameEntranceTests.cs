using FastStream.Engine;
using FastStream.Engine.Ingress;
using FastStream.Engine.Memory;
using FastStream.Protocol;

namespace FastStream.Tests.Embedding;

/// <summary>
/// Goal: small frames of one read take one turn of the loops, in their order, and none stays behind. Method: loops that
/// rest until they are borrowed, and a session that is over, so that each frame is refused when its turn comes.
/// </summary>
public sealed class FrameEntranceTests : IDisposable
{
    private const int InboxFrames = 64;
    private const int LargeBytes = 32 << 10;

    private readonly HeldDriver _driver = new();
    private readonly IngestionEngine _engine;
    private readonly FrameEntrance _entrance;
    private readonly Refusals _refused = new();
    private readonly Session _session;
    private ulong _sequence;

    public FrameEntranceTests()
    {
        _engine = IngestionEngine.Open(new IngestionEngineOptions
        {
            Ephemeral = true,
            Driver = _driver,
            Sizes = new EngineSizes { InboxFrames = InboxFrames },
        });
        _driver.StepAll();
        _entrance = new FrameEntrance(_engine.Core);
        _session = new Session("s", "p", KeyKind.U64, AckLevel.Applied, 0, _refused) { IsClosed = true };
    }

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void SmallFramesTakeTheirTurnWhenTheyAreHandedOn()
    {
        Put(3);
        Assert.Empty(_refused.Sequences);
        _entrance.HandOn();
        Assert.Equal([1UL, 2, 3], _refused.Sequences);
        Assert.Equal(3, _entrance.Count);
        Assert.True(_engine.Core.Sequencer.Parker.IsParked);
    }

    [Fact]
    public void ManySmallFramesGoOnByThirtyTwo()
    {
        Put(FrameEntrance.MostFrames - 1);
        Assert.Empty(_refused.Sequences);
        Put(2);
        Assert.Equal(FrameEntrance.MostFrames, _refused.Sequences.Count);
        _entrance.HandOn();
        Assert.Equal(FrameEntrance.MostFrames + 1, _refused.Sequences.Count);
    }

    [Fact]
    public void ALargeFrameGoesOnAtOnceWithThoseBeforeIt()
    {
        Put(2);
        Put(1, LargeBytes);
        Assert.Equal([1UL, 2, 3], _refused.Sequences);
    }

    [Fact]
    public void AFrameThatFindsNoRoomWaitsAndKeepsItsPlace()
    {
        for (int i = 0; i < InboxFrames; i++)
        {
            Assert.True(_engine.Core.Inbox.TryEnqueue(NewFrame())); // nobody has been told
        }

        Put(1);
        Assert.False(_entrance.TryPutWaiting());
        Assert.Equal(0, _entrance.Count);
        _driver.StepAll();
        Assert.True(_entrance.TryPutWaiting());
        Assert.Null(_entrance.TakeWaiting());
        Put(1);
        _entrance.HandOn();
        Assert.Equal(Enumerable.Range(1, InboxFrames + 2).Select(n => (ulong)n), _refused.Sequences);
    }

    private void Put(int count, int payloadBytes = 0)
    {
        for (int i = 0; i < count; i++)
        {
            _entrance.Put(NewFrame(payloadBytes));
        }
    }

    private InboundFrame NewFrame(int payloadBytes = 0)
    {
        FrameHeader header = new() { Kind = FrameKind.End, Sequence = ++_sequence, PayloadBytes = payloadBytes };
        InboundFrame frame = _engine.Core.Frames.Get();
        frame.Take(_session, header, _engine.Core.Blocks.Rent(header.FrameBytes, BlockPurpose.Frame), header.FrameBytes);
        return frame;
    }

    private sealed class Refusals : ISessionOutput
    {
        public List<ulong> Sequences { get; } = [];

        public void Refuse(in FrameRefusal refusal) => Sequences.Add(refusal.Sequence);

        public void Ack(in FrameAck ack)
        {
            // Nothing is acked: the session is over.
        }

        public void Applied(ulong sequence)
        {
            // The same.
        }

        public void Released(int bytes)
        {
            // The pool's own bound is the only one here.
        }

        public void Close(ErrorCode code, string reason)
        {
            // It is closed.
        }
    }
}
