using CsCheck;
using FastStream.Engine.Delivery;
using FastStream.Engine.Ingress;
using FastStream.Engine.Journal;
using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.Tests.Delivery;

/// <summary>
/// Goal: no ack leaves before its frame has reached the level its session asked for, none is lost or told twice, each
/// session's leave in order. Method: random frames of sessions of every level, the log rising in random steps, every ack
/// compared with the addresses at that moment.
/// </summary>
public sealed class AckGateTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AcksLeaveInOrderAndNeverAboveTheirLevel(bool fails) => Gen.Int.Sample(seed => Play(seed, fails), iter: 500);

    private static void Play(int seed, bool fails)
    {
        Random random = new(seed);
        ManualLog log = new();
        AckGate gate = new(log);
        Receiver[] receivers = [.. Enum.GetValues<AckLevel>().SelectMany(level => new[] { new Receiver(level, log), new Receiver(level, log) })];
        long tail = 0;
        for (int step = 0; step < 200; step++)
        {
            switch (random.Next(4))
            {
                case 0 or 1:
                    tail += random.Next(1, 5);
                    receivers[random.Next(receivers.Length)].Add(gate, tail, random);
                    break;
                case 2:
                    log.WrittenAddress = random.NextInt64(log.WrittenAddress, tail + 1);
                    log.DurableAddress = random.NextInt64(log.DurableAddress, log.WrittenAddress + 1);
                    break;
                default:
                    gate.Release();
                    break;
            }
        }

        if (fails)
        {
            log.Fault = new LogFault("manual", "flush", 5, "planted");
            gate.Release();
            Array.ForEach(receivers, receiver => receiver.NoMore());
        }

        log.WrittenAddress = tail;
        log.DurableAddress = fails ? log.DurableAddress : tail;
        gate.Release();
        Array.ForEach(receivers, receiver => receiver.CheckEnd(isWhole: !fails));
    }

    private sealed class Receiver : ISessionOutput
    {
        private readonly AckLevel _level;
        private readonly ManualLog _log;
        private readonly Session _session;
        private readonly List<long> _ends = [];
        private ulong _acked;
        private long _records;
        private bool _isOver;

        public Receiver(AckLevel level, ManualLog log)
        {
            _level = level;
            _log = log;
            _session = new Session("s", "p", KeyKind.U64, level, 0, this);
        }

        public void Add(AckGate gate, long endAddress, Random random)
        {
            _ends.Add(endAddress);
            ulong sequence = (ulong)_ends.Count;
            gate.Add(_session, endAddress, new FrameAck
            {
                Level = _level,
                First = sequence,
                Last = sequence,
                Counts = new AckCounts { Accepted = 3 },
                Refusals = random.Next(8) == 0 ? [default] : null,
            });
        }

        public void NoMore() => _isOver = true;

        public void CheckEnd(bool isWhole)
        {
            ulong expected = _level == AckLevel.None ? 0 : (ulong)_ends.Count;
            Assert.True(isWhole ? _acked == expected : _acked <= expected, $"{_acked} of {expected} acked at {_level}");
            Assert.Equal(3 * (long)_acked, _records);
        }

        public void Ack(in FrameAck ack)
        {
            Assert.False(_isOver && _level != AckLevel.Applied, "an ack after the journal has failed");
            Assert.Equal(_acked + 1, ack.First);
            Assert.True(ack.Last >= ack.First && ack.Last <= (ulong)_ends.Count);
            long end = _ends[(int)ack.Last - 1];
            Assert.True(_level switch
            {
                AckLevel.Applied => true,
                AckLevel.Written => end <= _log.WrittenAddress,
                AckLevel.Durable => end <= _log.DurableAddress,
                _ => false,
            });
            _acked = ack.Last;
            _records += ack.Counts.Accepted;
        }

        public void Applied(ulong sequence)
        {
        }

        public void Refuse(in Engine.Ingress.FrameRefusal refusal)
        {
        }

        public void Released(int bytes)
        {
        }

        public void Close(ErrorCode code, string reason)
        {
        }
    }
}
