using System.Globalization;
using FastStream.Engine.Journal;
using FastStream.Engine.Sequencing;
using FastStream.Engine.Snapshots;

namespace FastStream.Engine.Repair;

/// <summary>
/// Writes a sound copy of a damaged data folder and says exactly what is lost. The folder itself is only read.
/// </summary>
/// <remarks>
/// Addresses and sequences of the copy are those of the original: where entries are lost, others of the kind Lost
/// stand. So snapshots and results that are sound still fit; what does not fit any more is left out and computed
/// again by the next start.
/// </remarks>
internal sealed class FolderRepair
{
    private readonly FileSystem _files;
    private readonly string _source;
    private readonly string _target;
    private readonly List<RepairedLog> _logs = [];
    private readonly List<LostRange> _lost = [];
    private readonly List<string> _notes = [];

    private FolderRepair(string source, string target, FileSystem files) =>
        (_source, _target, _files) = (source, target, files);

    /// <summary>
    /// Throws <see cref="DataFolderException"/> when a folder cannot be used and <see cref="JournalDamagedException"/>
    /// when nothing can be made of it; then there is no copy.
    /// </summary>
    internal static RepairReport Run(string source, string target, FileSystem? fileSystem = null)
    {
        FileSystem files = fileSystem ?? FileSystem.OfMachine;
        source = Path.GetFullPath(source);
        target = Path.GetFullPath(target);
        if (!files.DirectoryExists(source))
        {
            throw new DataFolderException($"There is no folder {source}.");
        }

        if (files.DirectoryExists(target)
            || target.StartsWith(source + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new DataFolderException($"{target} is there already, or inside {source}: name a new folder.");
        }

        using IDisposable? folderLock = files.LockToRead(source);
        return new FolderRepair(source, target, files).Run();
    }

    private RepairReport Run()
    {
        ReadManifest();
        LogSurvey journal = Survey(DataFolder.JournalName, EntryLogSettings.Journal.PageBytes)
            ?? throw new JournalDamagedException(
                DataFolder.JournalName, Path.Combine(_source, DataFolder.JournalName), 0, "nothing is left of it");
        LogSurvey? results = Survey(DataFolder.ResultsName, EntryLogSettings.Small.PageBytes);
        LogSurvey? state = Survey(DataFolder.StateName, EntryLogSettings.Small.PageBytes);

        using DamagedLogScanner? stateScan = state?.Scan();
        StateSurvey snapshots = stateScan is null ? new StateSurvey() : StateSurvey.Of(stateScan);
        ResultsSurvey causes = ResultsSurvey.Of(results);
        RepairBase origin = ChooseBase(journal, snapshots, causes);
        LogPatch journalPatch = PatchJournal(journal, state, origin, out long firstLoss);
        LogPatch? resultsPatch = results is null ? null : PatchResults(results, origin, causes, firstLoss);
        LogPatch? statePatch = state is null ? null : PatchState(state, stateScan!, snapshots, origin);

        AtomicFile.Check(_files.CreateDirectories(_target), "create", _target);
        Write(DataFolder.JournalName, journalPatch, EntryLogSettings.Journal);
        Write(DataFolder.ResultsName, resultsPatch, EntryLogSettings.Small);
        Write(DataFolder.StateName, statePatch, EntryLogSettings.Small);
        new DataFolderManifest(Guid.NewGuid()).Write(_files, DataFolder.ManifestPath(_target));
        return new RepairReport(_logs, _lost, _notes);
    }

    private void ReadManifest()
    {
        try
        {
            if (DataFolderManifest.Read(_files, DataFolder.ManifestPath(_source)) is null)
            {
                _notes.Add("The folder's manifest was missing.");
            }
        }
        catch (JournalDamagedException damage)
        {
            _notes.Add(damage.Message);
        }
    }

    private LogSurvey? Survey(string name, int usualPageBytes)
    {
        LogSurvey? survey = LogSurvey.Of(name, Path.Combine(_source, name), _files, usualPageBytes);
        _notes.AddRange(survey?.Notes ?? [$"Nothing is left of the {name} log."]);
        return survey;
    }

    private static RepairBase ChooseBase(LogSurvey journal, StateSurvey snapshots, ResultsSurvey causes)
    {
        HashSet<long> entries = [];
        using DamagedLogScanner scanner = journal.Scan();
        while (scanner.MoveNext(out long address, out EntryHeader header, out _))
        {
            if (header.Kind == EntryKind.Snapshot)
            {
                entries.Add(address);
            }
        }

        return RepairBase.Choose(journal.BeginAddress, snapshots.Sound, entries, scanner.Holes, causes.BeforeHoles)
            ?? throw journal.Geometry.Damage(
                journal.BeginAddress, "its beginning was cut and no snapshot that could stand for it is sound");
    }

    private LogPatch PatchJournal(LogSurvey journal, LogSurvey? state, RepairBase origin, out long firstLoss)
    {
        EngineState engine = new(new EngineLimits { MaxKeysPerStream = int.MaxValue });
        if (origin.Snapshot is SnapshotInfo snapshot)
        {
            using DamagedLogScanner chunks = state!.Scan();
            using MemoryStream core = StateSurvey.ReadCore(snapshot, chunks);
            EngineStateCodec.Load(engine, core);
        }

        JournalCheck check = new(engine);
        LogPatch patch = new(journal.Geometry, origin.JournalBegin);
        using DamagedLogScanner scanner = journal.Scan();
        int passed = 0;
        long kept = 0;
        long dropped = 0;
        firstLoss = long.MaxValue;
        bool isMore = true;
        while (isMore)
        {
            isMore = scanner.MoveNext(out long address, out EntryHeader header, out ReadOnlySpan<byte> payload);
            for (; passed < scanner.Holes.Count; passed++)
            {
                LogHole hole = scanner.Holes[passed];
                if (hole.From >= origin.Address && RepairBase.IsLoss(hole))
                {
                    firstLoss = Math.Min(firstLoss, hole.From);
                    check.Pass(hole);
                }
            }

            if (!isMore || address < origin.JournalBegin)
            {
                continue;
            }

            kept++;
            if (address >= origin.EndAddress && firstLoss == long.MaxValue)
            {
                check.Take(header, payload);
            }
            else if (address >= origin.EndAddress && check.Take(header, payload) is not null)
            {
                patch.Replace(address, header);
                (kept, dropped) = (kept - 1, dropped + 1);
            }
        }

        _lost.AddRange(check.Lost);
        Finish(patch, scanner, origin.Address, kept, dropped);
        return patch;
    }

    private LogPatch PatchResults(LogSurvey results, RepairBase origin, ResultsSurvey causes, long firstLoss)
    {
        long end = causes.FindEnd(origin.Address, firstLoss, out long kept, out long dropped);
        LogPatch patch = new(results.Geometry, results.BeginAddress);
        using DamagedLogScanner scanner = results.Scan();
        while (scanner.NextAddress < end && scanner.MoveNext(out _, out _, out _))
        {
            // Up to where the copy ends.
        }

        foreach (LogHole hole in scanner.Holes.Where(hole => RepairBase.IsLoss(hole) && hole.Until <= end))
        {
            ulong last = hole.FirstSequence + (ulong)hole.EntryCount - 1;
            _lost.Add(new LostRange("results", null, null, 0, hole.FirstSequence, last)
            {
                Why = $"results log damaged from address {hole.From} to {hole.Until}, "
                    + "before what can be computed again",
            });
        }

        if (dropped > 0)
        {
            _notes.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{dropped} results behind address {end} are left out; the next start computes them again."));
        }

        Finish(patch, scanner, long.MaxValue, kept, dropped);
        return patch;
    }

    private LogPatch PatchState(LogSurvey state, DamagedLogScanner scanner, StateSurvey snapshots, RepairBase origin)
    {
        LogPatch patch = new(state.Geometry, state.BeginAddress);
        long dropped = 0;
        foreach ((long address, EntryHeader header) in snapshots.EndsExcept(origin.Kept))
        {
            patch.Replace(address, header);
            dropped++;
        }

        if (dropped > 0)
        {
            _notes.Add(string.Create(CultureInfo.InvariantCulture, $"{dropped} snapshots are left out."));
        }

        Finish(patch, scanner, long.MaxValue, snapshots.Sound.Count, dropped);
        return patch;
    }

    /// <summary>Ends a patch where the scan has ended, fills its holes and counts.</summary>
    private void Finish(LogPatch patch, DamagedLogScanner scanner, long lossesFrom, long kept, long dropped)
    {
        long lost = 0;
        foreach (LogHole hole in scanner.Holes.Where(hole => hole.Until > patch.BeginAddress))
        {
            List<LogStandIn>? entries = StandInLayout.Fill(patch.Source, hole);
            if (entries is null)
            {
                throw patch.Source.Damage(
                    hole.From, $"{hole.EntryCount} entries do not fit between here and {hole.Until}");
            }

            patch.Fill(hole, entries);
            lost += RepairBase.IsLoss(hole) ? hole.EntryCount : 0;
            if (hole.Header is null && hole.From >= lossesFrom && hole.EntryCount > hole.ExplainedCount)
            {
                _lost.Add(new LostRange(
                    "entries", null, null, 0, hole.FirstSequence, hole.FirstSequence + (ulong)hole.EntryCount - 1)
                {
                    Why = string.Create(
                        CultureInfo.InvariantCulture,
                        $"{patch.Source.Name} damaged from address {hole.From} to {hole.Until}: {hole.EntryCount} "
                        + $"entries, of which {hole.ExplainedCount} are named here; the others are padding, control "
                        + $"entries, or last frames of producers, which go on from their last sequence"),
                });
            }
        }

        foreach ((long address, int length) in scanner.WrongLengths)
        {
            patch.SetLength(address, length);
        }

        patch.EndAt(scanner.NextAddress, scanner.LastSequence, scanner.LastIncarnation);
        _logs.Add(new RepairedLog(
            patch.Source.Name, kept, scanner.Holes.Count(RepairBase.IsLoss), lost, dropped));
    }

    private void Write(string name, LogPatch? patch, EntryLogSettings settings)
    {
        string directory = Path.Combine(_target, name);
        if (patch is not null)
        {
            LogCopier.Write(patch, directory);
            return;
        }

        // Nothing is left of it: a new one, whose content the next start computes.
        using LogThreads threads = new();
        EntryLogs.Open(threads, name, directory, settings, files: _files).Dispose();
        _logs.Add(new RepairedLog(name, 0, 1, 0, 0));
    }
}
