using System.CommandLine;
using FastStream.Overload.Trials;
using FastStream.Protocol;

namespace FastStream.Overload;

/// <summary>One command a trial; each prints a table and ends with 1 on a wrong count or a crash.</summary>
internal static class Program
{
    public static Task<int> Main(string[] arguments)
    {
        RootCommand root = new("Trials of load and limits against a real faststream server, on this machine's loopback.")
        {
            Idle(),
            Descriptors(),
            Reconnect(),
            Memory(),
            HostileFrames(),
        };
        return root.Parse(arguments).InvokeAsync();
    }

    private static Command Idle()
    {
        IdleTrialPlan usual = new();
        Option<int> idle = Number("--idle", "Idle connections", usual.IdleCount);
        Option<int> slow = Number("--slow", "Slow connections", usual.SlowCount);
        Option<int> pairs = Number("--pairs", "Pairs of measurements, alone and beside", usual.Pairs);
        Option<int> seconds = Number("--seconds", "Seconds of a measurement", usual.MeasureSeconds);
        Option<int> rate = Number("--rate", "Frames a second of the honest producer", usual.FramesPerSecond);
        Option<int> readers = Number("--reader-every", "Every so many-th slow one reads slowly, 0: none", usual.ReaderEvery);
        Option<bool> memory = new("--memory")
        {
            Description = "Measure memory too (two servers more)",
            DefaultValueFactory = _ => usual.MeasuresMemory,
        };
        Option<AckLevel> ack = Ack(usual.Level);
        Command command = new("idle", "A fast producer beside 10,000 idle connections and 100 slow ones")
        {
            idle, slow, readers, pairs, seconds, rate, ack, memory,
        };
        command.SetAction((parsed, _) =>
        {
            IdleTrialPlan plan = usual with
            {
                IdleCount = parsed.GetValue(idle),
                SlowCount = parsed.GetValue(slow),
                Pairs = parsed.GetValue(pairs),
                MeasureSeconds = parsed.GetValue(seconds),
                FramesPerSecond = parsed.GetValue(rate),
                Level = parsed.GetValue(ack),
                ReaderEvery = parsed.GetValue(readers),
                MeasuresMemory = parsed.GetValue(memory),
            };
            return FinishAsync("idle", report => new IdleTrial(plan, report).RunAsync());
        });
        return command;
    }

    private static Command Descriptors()
    {
        Option<int> flood = Number("--flood", "Connections of each flood", 1_200);
        Command command = new("descriptors", "Floods of connections against servers that may open 300 and 1,024 files") { flood };
        command.SetAction((parsed, _) => FinishAsync("descriptors", async report =>
        {
            await new DescriptorTrial(300, parsed.GetValue(flood), report).RunAsync().ConfigureAwait(false);
            await new DescriptorTrial(1_024, parsed.GetValue(flood), report).RunAsync().ConfigureAwait(false);
        }));
        return command;
    }

    private static Command Reconnect()
    {
        Option<int> count = Number("--producers", "Producers that come back at once", 50_000);
        Command command = new("reconnect", "50,000 known producers come back at once after a SIGKILL") { count };
        command.SetAction((parsed, _) => FinishAsync("reconnect", report =>
        {
            SourceTimeTrial.Run([10, 1_000, parsed.GetValue(count)], report);
            return new ReconnectTrial(parsed.GetValue(count), report).RunAsync();
        }));
        return command;
    }

    private static Command Memory()
    {
        Option<int> seconds = Number("--seconds", "Seconds of load for each limit", 8);
        Command command = new("memory", "Servers in too little memory: control groups and heap limits") { seconds };
        command.SetAction((parsed, _) => FinishAsync("memory", async report =>
        {
            MemoryTrial trial = new(TimeSpan.FromSeconds(parsed.GetValue(seconds)), report);
            foreach (int mebibytes in new[] { 96, 160, 256, 512 })
            {
                await trial.RunInGroupAsync(mebibytes).ConfigureAwait(false);
                await trial.RunWithHeapLimitAsync(mebibytes).ConfigureAwait(false);
            }
        }));
        return command;
    }

    private static Command HostileFrames()
    {
        BombTrialPlan usual = new();
        Option<int> keys = Number("--keys", "Hostile keys, twice: of one slot, and simply many", usual.HostileKeys);
        Option<int> names = Number("--names", "Hostile names of 249 bytes", usual.HostileNames);
        Option<int> seconds = Number("--seconds", "Seconds of a measurement", usual.MeasureSeconds);
        Option<int> pairs = Number("--pairs", "Pairs of measurements for each attack, alone and beside", usual.Pairs);
        Command command = new("bombs", "Length bombs, LZ4 bombs, long names and millions of hostile keys")
        {
            keys, names, seconds, pairs,
        };
        command.SetAction((parsed, _) =>
        {
            BombTrialPlan plan = usual with
            {
                HostileKeys = parsed.GetValue(keys),
                HostileNames = parsed.GetValue(names),
                MeasureSeconds = parsed.GetValue(seconds),
                Pairs = parsed.GetValue(pairs),
            };
            return FinishAsync("bombs", report => new BombTrial(plan, report).RunAsync());
        });
        return command;
    }

    private static async Task<int> FinishAsync(string name, Func<TrialReport, Task> run)
    {
        TrialReport report = new(name, Console.Out);
        try
        {
            await run(report).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever ends a trial is a finding.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            report.Must("the trial ran to its end", false, fault.ToString());
        }

        return report.Finish();
    }

    private static Option<int> Number(string name, string description, int usual) =>
        new(name) { Description = description, DefaultValueFactory = _ => usual };

    private static Option<AckLevel> Ack(AckLevel usual) =>
        new("--ack") { Description = "Level of the acks that are measured", DefaultValueFactory = _ => usual };
}
