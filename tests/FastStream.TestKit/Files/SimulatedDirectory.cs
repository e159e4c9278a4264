namespace FastStream.TestKit.Files;

/// <summary>
/// The names in one directory twice: as a process sees them, and as they lie on the disk. What a name stands for is a
/// <see cref="SimulatedContent"/> or another directory.
/// </summary>
internal sealed class SimulatedDirectory
{
    private readonly List<Action<Dictionary<string, object>>> _unflushed = [];
    private Dictionary<string, object> _onDisk = new(StringComparer.Ordinal);

    internal Dictionary<string, object> Names { get; private set; } = new(StringComparer.Ordinal);

    /// <summary>A copy of what is on the disk and nothing else.</summary>
    internal SimulatedDirectory CopyOfDisk()
    {
        SimulatedDirectory copy = new();
        foreach ((string name, object value) in _onDisk)
        {
            copy.Set(name, value is SimulatedDirectory below ? below.CopyOfDisk() : ((SimulatedContent)value).Copy());
        }

        copy.Flush();
        return copy;
    }

    internal void Set(string name, object value) => Do(names => names[name] = value);

    internal void Remove(string name) => Do(names => names.Remove(name));

    internal void Rename(string from, string to) => Do(names =>
    {
        if (names.Remove(from, out object? value))
        {
            names[to] = value;
        }
    });

    internal void Flush()
    {
        _onDisk = new Dictionary<string, object>(Names, StringComparer.Ordinal);
        _unflushed.Clear();
    }

    internal void CutPower(Survival survival, Random random)
    {
        int kept = survival switch
        {
            Survival.Nothing => 0,
            Survival.Everything => _unflushed.Count,
            _ => random.Next(_unflushed.Count + 1),
        };
        _unflushed.Take(kept).ToList().ForEach(change => change(_onDisk));
        _unflushed.Clear();
        Names = new Dictionary<string, object>(_onDisk, StringComparer.Ordinal);
    }

    private void Do(Action<Dictionary<string, object>> change)
    {
        change(Names);
        _unflushed.Add(change);
    }
}
