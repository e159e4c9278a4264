using FastStream.Engine.Journal;
using FastStream.TestKit.Files;

namespace FastStream.Sweep;

/// <summary>
/// What a data folder goes through: created, appended to, committed, its segments roll, its beginning is truncated, it
/// is closed, opened, verified, appended to. Entries carry numbers; a number that became durable must be found again
/// in every later life, in order and with its content.
/// </summary>
internal sealed class LogScenario(SimulatedFileSystem files, Action makeSpace) : IDisposable
{
    /// <summary>The data folder.</summary>
    public const string Folder = "/simulated/disk/data";

    private const int DeadlineMs = 60_000;
    private const int CommitEvery = 5;

    private static readonly EntryLogSettings s_tiny =
        new() { PageBytes = 64 << 10, MemoryBytes = 256 << 10, SegmentBytes = 64 << 10 };

    private static readonly DataFolderSettings s_settings =
        new() { Journal = s_tiny, Results = s_tiny, State = s_tiny };

    private readonly Dictionary<string, NumberedLog> _logs =
        DataFolder.LogNames.ToDictionary(name => name, name => new NumberedLog(name));

    private readonly ManualResetEventSlim _moved = new();

    /// <summary>What a user would have been told: exceptions at opening, faults of logs, refusals.</summary>
    public List<string> Reports { get; } = [];

    /// <summary>One life of a process. False when it was refused at opening.</summary>
    public bool Live(int entryCount, bool truncates = false, bool closes = true)
    {
        DataFolder folder;
        try
        {
            folder = DataFolder.Open(Folder, s_settings with { Files = files });
        }
        catch (Exception refused) when (refused is DataFolderException or JournalDamagedException)
        {
            Reports.Add(refused.Message);
            return false;
        }

        bool isRefused = false;
        try
        {
            Live(folder, entryCount, truncates);
        }
        catch (JournalDamagedException refused)
        {
            Reports.Add(refused.Message); // a read that fails at opening, as the replay would meet it
            isRefused = true;
        }
        catch (DataFolderException refused)
        {
            Reports.Add(refused.Message); // a new life that cannot begin
            isRefused = true;
        }
        finally
        {
            if (!closes)
            {
                ReportFaults(folder);
                Die(); // what is written while it closes goes nowhere
                folder.Dispose();
            }
            else
            {
                folder.Dispose();
                ReportFaults(folder); // with what failed while it closed: the engine tells of that too
            }
        }

        return !isRefused;
    }

    /// <inheritdoc/>
    public void Dispose() => _moved.Dispose();

    /// <summary>The same promises, to be held by a copy of the files.</summary>
    public LogScenario CopyOver(SimulatedFileSystem copy)
    {
        LogScenario scenario = new(copy, makeSpace);
        foreach ((string name, NumberedLog numbers) in _logs)
        {
            scenario._logs[name] = numbers.Copy();
        }

        return scenario;
    }

    /// <summary>Reads everything offline.</summary>
    public void Verify()
    {
        try
        {
            foreach (LogReport report in LogVerifier.Verify(Folder, files).Where(report => !report.IsSound))
            {
                throw new SweepFinding($"verify calls the {report.Name} log damaged: {report.Damages[0].What}");
            }
        }
        catch (DataFolderException refused)
        {
            throw new SweepFinding($"verify: {refused.Message}");
        }
    }

    private void Live(DataFolder folder, int entryCount, bool truncates)
    {
        (FasterEntryLog Log, NumberedLog Numbers)[] logs =
            [.. new[] { folder.Journal, folder.Results, folder.State }.Select(log => (log, _logs[log.Name]))];
        foreach ((FasterEntryLog log, NumberedLog numbers) in logs)
        {
            log.DurableAdvanced = _moved.Set;
            numbers.Check(log);
        }

        foreach ((FasterEntryLog log, _) in logs)
        {
            log.Begin();
        }

        for (int step = 1; step <= entryCount; step++)
        {
            foreach ((FasterEntryLog log, NumberedLog numbers) in logs)
            {
                bool takesPart = log == folder.Journal || step % 4 == 0;
                if (takesPart && !Append(log, numbers))
                {
                    return;
                }
            }

            if (step % CommitEvery == 0 && !logs.All(pair => Commit(pair.Log, pair.Numbers)))
            {
                return;
            }

            if (truncates && step == entryCount / 2)
            {
                logs[0].Numbers.Truncate(logs[0].Log);
            }
        }
    }

    private bool Append(FasterEntryLog log, NumberedLog numbers)
    {
        byte[] payload = NumberedLog.PayloadOf(numbers.Next);
        EntryHeader header = new() { Kind = EntryKind.Frame };
        AppendResult result = AppendResult.Full;
        bool wasRefused = false;
        Wait(
            () =>
            {
                result = log.TryAppend(ref header, payload, out long address);
                switch (result)
                {
                    case AppendResult.Ok:
                        numbers.Appended(address);
                        return true;
                    case AppendResult.Full:
                        log.RequestCommit();
                        return false;
                    case AppendResult.DiskFull:
                        wasRefused = true;
                        makeSpace();
                        return false;
                    default:
                        return true;
                }
            },
            $"appending to the {log.Name} log");
        if (wasRefused)
        {
            Reports.Add($"the {log.Name} log had no space");
        }

        return result == AppendResult.Ok;
    }

    private bool Commit(FasterEntryLog log, NumberedLog numbers)
    {
        long tail = log.TailAddress;
        log.RequestCommit();
        Wait(() => log.DurableAddress >= tail || log.Fault is not null, $"committing the {log.Name} log");
        numbers.Durable(log.DurableAddress, files.IsDead);
        return log.Fault is null;
    }

    private void ReportFaults(DataFolder folder)
    {
        foreach (FasterEntryLog log in new[] { folder.Journal, folder.Results, folder.State })
        {
            if (log.Fault is LogFault fault)
            {
                Reports.Add(fault.Message);
            }
        }
    }

    private void Die() => files.Fault = _ => new FileFault(FileFaultKind.Death);

    // Woken by the log; looks by itself now and then, since a fault may be told to nobody.
    private void Wait(Func<bool> condition, string what)
    {
        const int LookAgainMs = 5;
        long deadline = Environment.TickCount64 + DeadlineMs;
        while (!condition())
        {
            if (Environment.TickCount64 > deadline)
            {
                throw new SweepFinding($"{what} hangs");
            }

            _moved.Wait(LookAgainMs);
            _moved.Reset();
        }
    }
}
