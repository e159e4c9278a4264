using FastStream.Engine.Journal;
using FastStream.TestKit.Files;

namespace FastStream.Sweep;

/// <summary>
/// Bit rot: a sound folder, and each block of each of its files damaged in turn in several ways. It must then be
/// refused by name, or hold all that was promised; and the verifier must say the same as the opening.
/// </summary>
internal sealed class LogDamageSweep(int seed, TextWriter? progress = null)
{
    private const int BlockBytes = DurableFile.BlockBytes;
    private const int FindingLimit = 20;

    private readonly SimulatedFileSystem _sound = new();
    private readonly List<string> _findings = [];
    private readonly Dictionary<string, int> _points = new(StringComparer.Ordinal);

    /// <summary>All blocks of all files.</summary>
    public SweepReport Run()
    {
        using LogScenario scenario = new(_sound, () => { });
        if (!scenario.Live(entryCount: 50, truncates: true) || !scenario.Live(entryCount: 15))
        {
            throw new InvalidOperationException(scenario.Reports[0]);
        }

        _sound.CutPower(Survival.Everything, new Random(seed)); // what rots is what lies on the disk
        foreach (string path in Files())
        {
            long blocks = (_sound.LengthOf(path) + BlockBytes - 1) / BlockBytes;
            progress?.WriteLine($"{path}: {blocks} blocks");
            for (long block = 0; block < blocks && _findings.Count < FindingLimit; block++)
            {
                foreach (DamageKind kind in Enum.GetValues<DamageKind>())
                {
                    if (block == 0 ? kind != DamageKind.Misplace : kind != DamageKind.Delete)
                    {
                        Damage(scenario, path, block, kind);
                    }
                }
            }
        }

        return new SweepReport(_points, _findings);
    }

    private IEnumerable<string> Files() =>
        ((string[])["", .. DataFolder.LogNames])
            .Select(name => Path.Combine(LogScenario.Folder, name).TrimEnd(Path.DirectorySeparatorChar))
            .SelectMany(folder => _sound.FilesIn(folder).Order(StringComparer.Ordinal).Select(f => Path.Combine(folder, f)));

    private void Damage(LogScenario scenario, string path, long block, DamageKind kind)
    {
        Random random = new(HashCode.Combine(seed, block, (int)kind));
        SimulatedFileSystem files = _sound.Copy();
        if (!Change(files, path, block, kind, random))
        {
            return; // nothing is another now
        }

        using LogScenario damaged = scenario.CopyOver(files);
        string what = $"{kind} block {block} of {path}";
        string outcome = "nothing changed";
        try
        {
            bool isSound = IsSound(files);
            if (!damaged.Live(entryCount: 3))
            {
                outcome = "refused by name";
                if (!damaged.Reports[0].Contains(Path.GetDirectoryName(path)!, StringComparison.Ordinal))
                {
                    _findings.Add($"{what}: refused without naming it: {damaged.Reports[0]}");
                }
            }

            if (isSound != (outcome != "refused by name"))
            {
                _findings.Add($"{what}: verify says {(isSound ? "sound" : "damaged")}, the opening was {outcome}");
            }
        }
        catch (SweepFinding finding)
        {
            _findings.Add($"{what}: {finding.Message}");
        }
        catch (Exception unexpected)
        {
            _findings.Add($"{what}: not handled: {unexpected}");
        }

        _points[outcome] = _points.GetValueOrDefault(outcome) + 1;
    }

    private static bool IsSound(SimulatedFileSystem files)
    {
        try
        {
            return LogVerifier.Verify(LogScenario.Folder, files).All(report => report.IsSound);
        }
        catch (Exception refused) when (refused is DataFolderException or JournalDamagedException)
        {
            return false;
        }
    }

    private static bool Change(SimulatedFileSystem files, string path, long block, DamageKind kind, Random random)
    {
        if (kind == DamageKind.Delete)
        {
            return files.Delete(path) == 0 && files.FlushDirectory(Path.GetDirectoryName(path)!) == 0;
        }

        bool isChanged = false;
        files.Damage(path, content =>
        {
            long offset = block * BlockBytes;
            byte[] before = new byte[BlockBytes];
            int length = content.Read(offset, before);
            byte[] after = [.. before.AsSpan(0, length)];
            switch (kind)
            {
                case DamageKind.Flip:
                    after[random.Next(length)] ^= (byte)(1 << random.Next(8));
                    break;
                case DamageKind.Zero:
                    after.AsSpan().Clear();
                    break;
                case DamageKind.Misplace:
                    content.Read(Math.Max(0, offset - BlockBytes), after);
                    break;
                default:
                    content.Truncate(offset);
                    isChanged = true;
                    return;
            }

            isChanged = !after.AsSpan().SequenceEqual(before.AsSpan(0, length));
            content.Write(offset, after);
        });
        return isChanged;
    }
}
