using System.Numerics;
using System.Runtime.InteropServices;

namespace FastStream.Simulation;

/// <summary>
/// A hash of everything that has happened, in its order: two runs of one seed are the same run exactly when these are
/// equal. On demand the events themselves.
/// </summary>
internal sealed class Trace
{
    private const ulong Prime = 0x9E37_79B1_85EB_CA87;

    /// <summary>The events, when somebody wants to read them.</summary>
    public List<string>? Lines { get; init; }

    /// <summary>Of all events so far.</summary>
    public ulong Hash { get; private set; } = Prime;

    /// <summary>How often each kind of event has happened: what a run has tried at all.</summary>
    public Dictionary<string, long> Seen { get; } = [];

    /// <summary>How many events.</summary>
    public long Count { get; private set; }

    /// <summary>Notes an event and up to four numbers.</summary>
    public void Note(string what, long first = 0, long second = 0, long third = 0, long fourth = 0)
    {
        Count++;
        CollectionsMarshal.GetValueRefOrAddDefault(Seen, what, out _)++;
        foreach (char letter in what)
        {
            Add(letter);
        }

        Add((ulong)first);
        Add((ulong)second);
        Add((ulong)third);
        Add((ulong)fourth);
        Lines?.Add($"{what} {first} {second} {third} {fourth}");
    }

    private void Add(ulong value) => Hash = BitOperations.RotateLeft((Hash ^ value) * Prime, 31);
}
