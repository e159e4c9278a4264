using System.Text;

namespace FastStream.Engine.Sequencing;

/// <summary>
/// Names of the keys of a text stream: name to number and back. Numbers are given in journal order, dense from 0,
/// and never change, so every partition count and every replay sees the same ones.
/// </summary>
/// <remarks>
/// Written by the sequencer thread only. Other threads read names through <see cref="NameOf"/>: the array is
/// append-only, growth replaces it, and a number reaches another thread only after its name was stored.
/// </remarks>
internal sealed class KeyNames(int limit)
{
    /// <summary>The number that stands for every name beyond the limit: its records are counted as key_limit.</summary>
    public const ulong Refused = Partitions.SlotHash.NoKey;

    private readonly Dictionary<string, ulong> _numbers = new(StringComparer.Ordinal);
    private string[] _names = new string[64];
    private int _count;

    /// <summary>How many names there are.</summary>
    public int Count => Volatile.Read(ref _count); // pairs with the release in Add

    /// <summary>How many names may be kept.</summary>
    public int Limit { get; } = limit;

    /// <summary>The number of a name, which is added if it is new; <see cref="Refused"/> beyond the limit.</summary>
    public ulong Intern(ReadOnlySpan<byte> utf8)
    {
        // Off the hot path: once for each name that a producer announces.
        string name = Encoding.UTF8.GetString(utf8);
        if (_numbers.TryGetValue(name, out ulong number))
        {
            return number;
        }

        return _count >= Limit ? Refused : Add(name);
    }

    /// <summary>Adds a name of a snapshot; names come back in their order.</summary>
    public ulong Add(string name)
    {
        int number = _count;
        if (number == _names.Length)
        {
            string[] names = new string[2 * number];
            _names.CopyTo(names, 0);
            Volatile.Write(ref _names, names); // readers take the array once and never see a torn one
        }

        _names[number] = name;
        lock (_numbers)
        {
            _numbers.Add(name, (ulong)number);
        }

        Volatile.Write(ref _count, number + 1); // releases the name to readers of Count
        return (ulong)number;
    }

    /// <summary>Any thread: the name of a number.</summary>
    public string NameOf(ulong number) => number < (ulong)Count
        ? Volatile.Read(ref _names)[(int)number]
        : throw new ArgumentOutOfRangeException(nameof(number), number, "No key has this number.");

    /// <summary>Any thread: the number of a name, if there is one.</summary>
    public bool TryGetNumber(string name, out ulong number)
    {
        lock (_numbers)
        {
            return _numbers.TryGetValue(name, out number);
        }
    }
}
