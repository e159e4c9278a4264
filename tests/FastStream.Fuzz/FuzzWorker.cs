namespace FastStream.Fuzz;

/// <summary>One thread of a run: takes chunks of the plan and runs their cases.</summary>
internal sealed class FuzzWorker : IDisposable
{
    private readonly int _number;
    private readonly ulong _seed;
    private readonly IReadOnlyList<Func<FuzzTarget>> _makers;
    private readonly FuzzTarget[] _targets;
    private readonly CaseNotes _notes;
    private readonly Action<Finding> _report;
    private readonly HashSet<string> _reported = [];
    private readonly CaseMaker _maker = new();
    private readonly CaseCheck _check = new();

    public FuzzWorker(int number, ulong seed, IReadOnlyList<Func<FuzzTarget>> targets, CaseNotes notes, Action<Finding> report)
    {
        _number = number;
        _seed = seed;
        _makers = targets;
        _targets = [.. targets.Select(make => make())];
        _notes = notes;
        _report = report;
        Counts = [.. targets.Select(_ => new TargetCounts())];
    }

    /// <summary>Read by others when the thread has ended.</summary>
    public TargetCounts[] Counts { get; }

    /// <summary>Runs kept inputs of one target.</summary>
    public void Replay(int target, IEnumerable<(string Path, byte[] Input)> inputs)
    {
        long number = 0;
        foreach ((string path, byte[] input) in inputs)
        {
            _notes.Begin(_number, target, -1 - number++, Environment.TickCount64);
            if (_check.Run(_targets[target], input, isValid: false, atEnd: true) is (string signature, string text))
            {
                _report(new Finding(_targets[target].Name, 0, -1, signature, $"{path}\n{text}", input));
                Renew(target);
            }

            _notes.End(_number);
        }
    }

    /// <summary>Runs chunks until the plan has none, or <paramref name="stop"/> says so.</summary>
    public void Run(FuzzPlan plan, Func<bool> stop)
    {
        while (!stop() && plan.TryTake(out int target, out long first, out int count))
        {
            long startNs = ThreadTime.NowNs();
            for (long number = first; number < first + count; number++)
            {
                RunCase(target, number);
            }

            Counts[target].BusyNs += ThreadTime.NowNs() - startNs;
        }

        _notes.End(_number);
    }

    public void RunCase(int target, long number)
    {
        FuzzTarget parser = _targets[target];
        TargetCounts counts = Counts[target];
        Note(target, number);
        bool isValid = _maker.Make(parser, _seed, number);
        (string Signature, string Text)? fault = _check.Run(parser, _maker.Input.Written, isValid, _maker.AtEnd);
        counts.Cases++;
        counts.Taken += _check.WasTaken ? 1 : 0;
        if (_check.ElapsedNs > counts.SlowestNs)
        {
            (counts.SlowestNs, counts.SlowestCase) = (_check.ElapsedNs, number);
        }

        if (fault is not (string signature, string text))
        {
            return;
        }

        counts.Faults++;
        Renew(target);
        if (_reported.Add($"{parser.Name}: {signature}"))
        {
            Minimiser minimiser = new(_makers[target], _check, _maker, signature, () => Note(target, number));
            byte[] input = minimiser.Shrink(_maker.Input.Written.ToArray(), isValid);
            _report(new Finding(parser.Name, _seed, number, signature, text, input));
        }
    }

    public void Dispose()
    {
        _check.Dispose();
        Array.ForEach(_targets, target => target.Dispose());
    }

    private void Note(int target, long number) => _notes.Begin(_number, target, number, Environment.TickCount64);

    // What failed once may hold memory that nobody gives back: the next case gets a fresh one.
    private void Renew(int target)
    {
        _targets[target].Dispose();
        _targets[target] = _makers[target]();
    }
}
