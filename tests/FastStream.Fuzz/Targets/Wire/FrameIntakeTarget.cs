using System.Buffers;
using FastStream.Engine;
using FastStream.Engine.Ingress;
using FastStream.Engine.Ingress.Tcp;
using FastStream.Engine.Memory;
using FastStream.Protocol;

namespace FastStream.Fuzz.Targets.Wire;

/// <summary>
/// What a connection's pump does with a frame: rent, copy, check, decode, split by partition. Whatever comes of it, every
/// block is back in its pool afterwards, and never more is leased than the bound.
/// </summary>
internal sealed class FrameIntakeTarget : FuzzTarget, ISessionOutput
{
    private const int PartitionCount = 3;
    private const long PoolBytes = 8 << 20;

    private readonly DataFrameMaker _maker = new();
    private readonly HelloTarget _hello = new();
    private readonly DictionaryTarget _dictionary = new();
    private readonly BlockPool _blocks = new(PoolBytes);
    private readonly FramePool _frames;
    private readonly FrameIntake _intake;
    private readonly Session[] _sessions;
    private readonly byte[] _copy = new byte[InputBuffer.CapacityBytes];
    private readonly int[] _seen = new int[WireFormat.MaxRecordsPerFrame];
    private int _turn;

    public FrameIntakeTarget()
    {
        _frames = new FramePool(_blocks);
        _intake = new FrameIntake(
            _frames, new PartitionIndex(PartitionCount), new FrameCharge(new EngineLimits(), PoolBytes));
        _sessions =
        [
            new Session("s", "p", KeyKind.U64, AckLevel.Durable, 0, this),
            new Session("s", "p", KeyKind.Text, AckLevel.Durable, 0, this),
        ];
    }

    public override string Name => "frame-intake";

    public override int Weight => 60;

    public override void Generate(FuzzRandom random, InputBuffer input)
    {
        switch (random.Below(8))
        {
            case 0:
                _hello.Generate(random, input);
                break;
            case 1:
                _dictionary.Generate(random, input);
                break;
            default:
                _maker.Make(random, input, compress: random.OneIn(3));
                break;
        }
    }

    public override void Repair(FuzzRandom random, InputBuffer input) => FrameRepair.Run(random, input);

    public override bool Run(ReadOnlySpan<byte> input)
    {
        input.CopyTo(_copy);
        ReadOnlySequence<byte> bytes = new(_copy, 0, input.Length);
        if (!FrameReader.TryReadFrame(
            ref bytes, FrameLimits.Default, out FrameHeader header, out ReadOnlySequence<byte> whole, out _))
        {
            return false;
        }

        bool isTaken = _intake.TryTake(_sessions[header.SchemaId & 1], header, whole, out InboundFrame? frame, out FrameError error);
        Require(isTaken == (frame is not null) && (!isTaken || error == FrameError.None), "a frame is taken and refused");
        if (frame is null)
        {
            return false;
        }

        bool isSound = frame.Fault == FrameError.None;
        Require(_blocks.LeasedBytes <= PoolBytes, "more is leased than the pool's bound");
        if (isSound && frame.IsIndexed)
        {
            CheckRows(frame);
        }

        _frames.Discard(frame);
        return isSound;
    }

    public override string? FindLeak() => _blocks.OutstandingCount == 0 && _blocks.LeasedBytes == 0
        ? null
        : $"{_blocks.DescribeOutstanding()}, {_blocks.LeasedBytes} bytes";

    // A pool's block may be new; the next case finds it there.
    public override long AllocationLimit(int inputBytes) => 512;

    protected override void Release()
    {
        _hello.Dispose();
        _dictionary.Dispose();
    }

    void ISessionOutput.Ack(in FrameAck ack)
    {
    }

    void ISessionOutput.Applied(ulong sequence)
    {
    }

    void ISessionOutput.Refuse(in Engine.Ingress.FrameRefusal refusal)
    {
    }

    void ISessionOutput.Released(int bytes)
    {
    }

    void ISessionOutput.Close(ErrorCode code, string reason)
    {
    }

    // D = D1 + .. + Dn: every record in exactly one partition, in its order.
    private void CheckRows(InboundFrame frame)
    {
        _turn++;
        int count = 0;
        for (int partition = 0; partition < PartitionCount; partition++)
        {
            int before = -1;
            foreach (ushort row in frame.Rows(partition))
            {
                Require(row > before && row < frame.Batch.Count && _seen[row] != _turn, "a row stands twice or nowhere");
                _seen[row] = _turn;
                before = row;
                count++;
            }
        }

        Require(count == frame.Batch.Count, "rows are lost in the split");
    }
}
