using System.CommandLine;
using FastStream.LoadBench.Cases;
using FastStream.LoadBench.Report;

namespace FastStream.LoadBench;

/// <summary>The command line of the bench.</summary>
internal static class LoadBenchCommand
{
    public static int Run(string[] arguments)
    {
        Option<bool> quick = new("--quick") { Description = "One short round, three minutes: a first look" };
        Option<bool> peers = new("--peers") { Description = "What users would pick instead, beside ours (ten minutes); bench/peers/install.sh gets it" };
        Option<string> only = new("--only") { Description = "Only steps whose name contains this", DefaultValueFactory = _ => "" };
        Option<int?> rounds = new("--rounds") { Description = "Rounds; medians of them are compared (3, with --quick 1)" };
        Option<string> folder = new("--folder") { Description = "A folder on a real disk", DefaultValueFactory = _ => "/var/tmp" };
        Option<string?> json = new("--json") { Description = "A file for one JSON line a measurement and a goal; a piped output gets them too" };
        Option<string?> charts = new("--charts") { Description = "A folder for the tables as SVG pictures" };
        Option<bool> list = new("--list") { Description = "What there is" };
        RootCommand root = new(
            "Measures FastStream end to end, layer by layer, each against a limit of this machine that is measured in the "
            + "same run; checks all results first; prints each goal with its figure. Leave the machine alone meanwhile.")
        {
            quick, peers, only, rounds, folder, json, charts, list,
        };
        root.SetAction((parsed, stop) => Task.Run(() =>
        {
            if (parsed.GetValue(list))
            {
                CaseCatalog.All.ToList().ForEach(one => Console.WriteLine($"{one.Name,-34} {one.What}"));
                return 0;
            }

            BenchPlan plan = new()
            {
                IsQuick = parsed.GetValue(quick),
                HasPeers = parsed.GetValue(peers),
                Only = parsed.GetValue(only)!,
                Rounds = parsed.GetValue(rounds) ?? (parsed.GetValue(quick) ? 1 : 3),
                Folder = parsed.GetValue(folder)!,
                JsonFile = parsed.GetValue(json),
                ChartFolder = parsed.GetValue(charts),
            };
            using BenchLog log = new(Console.Out, Console.Error, Console.IsOutputRedirected, plan.JsonFile);
            return new Bench(plan, log).Run(stop);
        }, CancellationToken.None));
        return root.Parse(arguments).Invoke();
    }
}
