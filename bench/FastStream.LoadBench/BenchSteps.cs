using System.Globalization;
using System.Text.Json;
using FastStream.LoadBench.Cases;
using FastStream.LoadBench.Goals;
using FastStream.LoadBench.Processes;
using FastStream.LoadBench.Report;

namespace FastStream.LoadBench;

/// <summary>The steps of a run, each in a process of its own.</summary>
internal sealed class BenchSteps(BenchPlan plan, BenchLog log)
{
    private static readonly string[] s_ceilings =
        ["tcp-sink", "tcp-echo", "tcp-echo-busy", "fsync-append", "direct-append", "direct-append-unflushed", "direct-read"];

    private static readonly string[] s_setAgainstPeers =
    [
        CaseCatalog.InProcess, CaseCatalog.Durable, CaseCatalog.Small, CaseCatalog.SmallTogether, CaseCatalog.OneTogether,
        CaseCatalog.Many,
    ];

    // A step that hardly moves from round to round, takes its own rounds inside, is there for the picture and no goal, or
    // is too long for three of them.
    private static readonly string[] s_once =
    [
        CaseCatalog.OffKeys100, CaseCatalog.OffKeys1M, CaseCatalog.OffManyWindows, CaseCatalog.OffZipf, CaseCatalog.OffTwo,
        CaseCatalog.Written, CaseCatalog.Send100, CaseCatalog.Billion, CaseCatalog.OpenLoop, CaseCatalog.SmallTogether,
        CaseCatalog.OneTogether, CaseCatalog.Send1, CaseCatalog.Many,
        "direct-read", "replay", "snapshot", "memory-10k-keys", "memory-100k-keys", "memory-1m-keys",
    ];

    private int _round;

    /// <summary>The steps of a round, counted from 1.</summary>
    public IEnumerable<Step> OfRound(int round)
    {
        _round = round;
        return (plan.HasPeers ? AgainstPeers() : OwnSet())
            .Where(step => step.Name.Contains(plan.Only, StringComparison.OrdinalIgnoreCase))
            .Where(step => round == 1 || !step.IsOnce)
            .Where(step => !plan.IsQuick || !step.IsLong);
    }

    private IEnumerable<Step> OwnSet()
    {
        yield return new Step("aggregation kernels", RunMicrobenchmarks); // which keys collide is luck of each process
        foreach (string name in s_ceilings)
        {
            yield return Other(name);
        }

        foreach (ILoadCase one in CaseCatalog.All.Where(one => one.Name != CaseCatalog.OpenLoop))
        {
            yield return Own(one, round => 0, "");
        }

        foreach (int percent in CaseCatalog.OpenLoopPercents)
        {
            yield return Own(
                CaseCatalog.Find(CaseCatalog.OpenLoop)!,
                round => (round.Get(CaseCatalog.Small, Figure.RecordsPerSecond) ?? 1e6) * percent / 100,
                CaseCatalog.AtPercent(percent));
        }
    }

    // Ours among them, so that what disturbs the machine disturbs both sides.
    private IEnumerable<Step> AgainstPeers()
    {
        foreach (string name in s_setAgainstPeers)
        {
            yield return Own(CaseCatalog.Find(name)!, round => 0, "");
        }

        foreach (Peer peer in Peer.All)
        {
            yield return Other(peer.Case);
        }
    }

    private Step Own(ILoadCase one, Func<Round, double> rate, string suffix) => new(
        one.Name + suffix,
        round => RunCase(one, round, rate(round), suffix),
        IsOnce(one.Name),
        one.Name == CaseCatalog.Billion);

    // A ceiling of the machine, or a peer.
    private Step Other(string name) => new(name, round => RunOther(name, round), IsOnce(name));

    // Beside peers each one has its rounds, as they are compared.
    private bool IsOnce(string name) => !plan.HasPeers && s_once.Contains(name);

    private void RunCase(ILoadCase one, Round round, double rate, string suffix)
    {
        CultureInfo plain = CultureInfo.InvariantCulture;
        double seconds = one.FillsDisk ? plan.DiskSeconds : plan.Seconds;
        using RoleProcess process = RoleProcess.Start(
            "case", one.Name, seconds.ToString(plain), plan.Folder, rate.ToString("R", plain));
        CaseReport report = CaseReport.Parse(process.ReadLine());
        Note(round, one.Name + suffix, report.Figures, report.Note);
    }

    private void RunOther(string name, Round round)
    {
        string program = OtherProgram.Peers ?? throw new InvalidOperationException("it is a program of the source tree");
        string seconds = plan.PeerSeconds.ToString(CultureInfo.InvariantCulture);
        (int code, string output) = OtherProgram.Run(
            program, ["run", "--case", name, "--seconds", seconds, "--records-per-batch", "10000", "--folder", plan.Folder, "--json"]);
        if (code != 0)
        {
            throw new InvalidOperationException(code == 3 ? "it cannot run here (see bench/peers/README.md)" : $"it ended with {code}");
        }

        using JsonDocument line = JsonDocument.Parse(output);
        double Number(string figure) => line.RootElement.GetProperty(figure).GetDouble();
        string Text(string property) => line.RootElement.GetProperty(property).GetString()!;
        Dictionary<string, double> figures = new()
        {
            [Figure.RecordsPerSecond] = Number("recordsPerSecond"),
            [Figure.BytesPerSecond] = Number("bytesPerSecond"),
            [Figure.P50Us] = Number("ackP50Us"),
            [Figure.P99Us] = Number("ackP99Us"),
        };
        Note(round, name, figures, $"{Text("peer")}; {Text("version")}; an ack means {Text("ackMeans")}; {Text("note")}");
    }

    private void RunMicrobenchmarks(Round round)
    {
        string program = OtherProgram.Microbenchmarks ?? throw new InvalidOperationException("it is a program of the source tree");
        (int code, string output) = OtherProgram.Run(program, ["--quick", "--only", "aggregate"]);
        if (code != 0)
        {
            throw new InvalidOperationException($"it ended with {code}");
        }

        using JsonDocument line = JsonDocument.Parse(output.TrimEnd().Split('\n')[^1]);
        foreach (IGrouping<string, JsonElement> group in line.RootElement.GetProperty("results").EnumerateArray()
            .GroupBy(result => result.GetProperty("group").GetString()!))
        {
            Dictionary<string, double> figures = group.ToDictionary(
                result => result.GetProperty("case").GetString()!, result => result.GetProperty("ratio").GetDouble());
            figures[Figure.RecordsPerSecond] = 1e9 / group.First().GetProperty("medianNs").GetDouble();
            Note(round, group.Key, figures, "how many times as long a rival takes; the first of the group is ours");
        }
    }

    private void Note(Round round, string name, Dictionary<string, double> figures, string note)
    {
        foreach ((string figure, double value) in figures)
        {
            round.Add(name, figure, value);
        }

        log.Measured(new MeasuredLine { Round = _round, Measured = name, Figures = figures, Note = note });
    }
}
