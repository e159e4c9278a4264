using System.Buffers.Binary;
using FastStream.Engine.Journal;

namespace FastStream.Sweep;

/// <summary>What one log was given and has promised: entries are numbers from 1 on.</summary>
internal sealed class NumberedLog(string name)
{
    private const int LeastPayloadBytes = 40;
    private const int PayloadSpreadBytes = 9000;

    private readonly Dictionary<int, long> _addresses = [];
    private int _acked;      // the highest number that was called durable
    private int _leastKept = 1;

    /// <summary>The number that is appended next.</summary>
    public int Next { get; private set; } = 1;

    /// <summary>Content and length that belong to a number.</summary>
    public static byte[] PayloadOf(int number)
    {
        byte[] payload = new byte[LeastPayloadBytes + (int)((uint)number * 2654435761 % PayloadSpreadBytes)];
        payload.AsSpan().Fill((byte)(number * 37));
        BinaryPrimitives.WriteInt32LittleEndian(payload, number);
        return payload;
    }

    public NumberedLog Copy() => new(name) { _acked = _acked, _leastKept = _leastKept, Next = Next };

    public void Appended(long address) => _addresses[Next++] = address;

    /// <summary>The log says that it is durable up to here: what it says while its disk is dead counts not.</summary>
    public void Durable(long address, bool isDead)
    {
        while (!isDead && _acked + 1 < Next && _addresses[_acked + 1] < address)
        {
            _acked++;
        }
    }

    /// <summary>Gives up the older half of what is durable.</summary>
    public void Truncate(FasterEntryLog log)
    {
        int number = _acked / 2;
        if (number > _leastKept)
        {
            _leastKept = number;
            log.TruncateBefore(_addresses[number]);
        }
    }

    /// <summary>At opening: everything promised is there, and nothing else. What is there is promised from now on.</summary>
    public void Check(FasterEntryLog log)
    {
        int first = 0;
        int last = 0;
        _addresses.Clear();
        using IEntryScanner scanner = log.Scan(log.BeginAddress, log.TailAddress);
        while (scanner.MoveNext(out long address, out EntryHeader header, out ReadOnlySpan<byte> payload))
        {
            if (header.Kind != EntryKind.Frame)
            {
                continue;
            }

            int number = BinaryPrimitives.ReadInt32LittleEndian(payload);
            Require(last == 0 || number == last + 1, $"number {number} follows {last}");
            Require(payload.SequenceEqual(PayloadOf(number)), $"number {number} has other content");
            first = last == 0 ? number : first;
            last = number;
            _addresses[number] = address;
        }

        Require(last >= _acked, $"{_acked} was acked, but the last number found is {last}");
        Require(last < Next, $"number {last} was never appended");
        Require(first <= _leastKept, $"the first number found is {first}, but {_leastKept} was never given up");
        _acked = last;
        Next = last + 1;
    }

    private void Require(bool condition, string what)
    {
        if (!condition)
        {
            throw new SweepFinding($"{name}: {what}");
        }
    }
}
