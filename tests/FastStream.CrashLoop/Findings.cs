namespace FastStream.CrashLoop;

/// <summary>What broke the promise: said at once, the first ones kept. One thread.</summary>
internal sealed class Findings(Action<string> say)
{
    private const int MostKept = 20;

    private readonly List<string> _kept = [];

    public IReadOnlyList<string> Kept => _kept;

    public void Add(string finding)
    {
        say($"FOUND {finding}");
        if (_kept.Count < MostKept)
        {
            _kept.Add(finding);
        }
    }

    public void Expect<T>(string what, T expected, T found)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, found))
        {
            Add($"{what}: {found} where {expected} was due");
        }
    }
}
