using System.Globalization;
using FastStream.LoadBench.Load;
using FastStream.LoadBench.Processes;

namespace FastStream.LoadBench.Cases;

/// <summary>What the cases with a server have in common: its process, its folder, the check of its results.</summary>
internal abstract class ServedCase : ILoadCase
{
    // Of this process at the mark.
    private int _gen1;
    private int _gen2;

    public abstract string Name { get; }

    public abstract string What { get; }

    public virtual bool FillsDisk => Settings.Folder is not null;

    /// <summary>The server; a folder, whatever its name, becomes one of this run's, none makes it ephemeral.</summary>
    protected abstract ServerSettings Settings { get; }

    public CaseReport Run(CaseSettings settings)
    {
        using WorkFolder? folder = Settings.Folder is null ? null : new WorkFolder(settings.Folder);
        ServerSettings served = Settings with { Folder = folder?.FullPath };
        using RoleProcess server = RoleProcess.Start(ServerRole.Name, served.ToJson());
        string[] ready = server.ReadLine().Split(' ');
        return Run(settings, server, int.Parse(ready[0], CultureInfo.InvariantCulture));
    }

    protected abstract CaseReport Run(CaseSettings settings, RoleProcess server, int port);

    /// <summary>From here on collections and processor time count, at both ends.</summary>
    protected void Mark(RoleProcess server)
    {
        server.Ask("mark");
        _gen1 = GC.CollectionCount(1);
        _gen2 = GC.CollectionCount(2);
    }

    /// <summary>Every record sent is in exactly one closed window, with its value, or nothing is reported.</summary>
    protected CaseReport Check(CaseReport report, RoleProcess server, LoadResult load) =>
        Check(report, server, load.AllRecords, load.ValueSum);

    /// <inheritdoc cref="Check(CaseReport, RoleProcess, LoadResult)"/>
    protected CaseReport Check(CaseReport report, RoleProcess server, long records, double valueSum)
    {
        (int gen1, int gen2) = (GC.CollectionCount(1) - _gen1, GC.CollectionCount(2) - _gen2);
        ServerTotals totals = ServerTotals.Parse(server.Ask("totals"));
        if (!totals.IsBalanced || totals.Applied != records || totals.Records != records || totals.ValueSum != valueSum)
        {
            throw new InvalidOperationException(
                $"Wrong results: {records:N0} records with the sum {valueSum} were sent, the closed windows hold "
                + $"{totals.Records:N0} with {totals.ValueSum}, the ledger {(totals.IsBalanced ? "balances" : "does not balance")}.");
        }

        return report
            .With("resultRows", totals.ResultRows)
            .With("serverGen0", totals.Gen0)
            .With("serverGen1", totals.Gen1)
            .With("serverGen2", totals.Gen2)
            .With("serverCpuSeconds", totals.CpuSeconds)
            .With("serverRssMiB", totals.RssBytes / 1048576.0)
            .With("clientGen1", gen1)
            .With("clientGen2", gen2);
    }
}
