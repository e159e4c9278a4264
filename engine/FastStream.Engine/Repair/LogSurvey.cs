using System.Globalization;
using System.Text.Json;
using FastStream.Engine.Journal;

namespace FastStream.Engine.Repair;

/// <summary>What is left of one log: sizes, commit, holes.</summary>
/// <param name="Geometry">Its sizes, as stored or as found by trying.</param>
/// <param name="BeginAddress">Where it begins.</param>
/// <param name="Commit">The newest valid commit, if there is one.</param>
internal sealed record LogSurvey(LogGeometry Geometry, long BeginAddress, CommitRecord? Commit)
{
    private const int LeastPageLog2 = 16;
    private const int MostPageLog2 = 26;

    /// <summary>What was wrong outside the segments, a sentence each.</summary>
    internal List<string> Notes { get; } = [];

    /// <summary>Looks at a log's folder. Null: there is nothing of it.</summary>
    internal static LogSurvey? Of(string name, string directory, FileSystem files, int usualPageBytes)
    {
        if (!files.DirectoryExists(directory))
        {
            return null;
        }

        List<string> notes = [];
        LogGeometry? geometry = null;
        try
        {
            geometry = LogManifest.Read(name, directory, files);
        }
        catch (Exception damage) when (damage is JournalDamagedException or JsonException)
        {
            notes.Add(damage.Message);
        }

        if (geometry is null)
        {
            geometry = FindSizes(name, directory, files, usualPageBytes);
            notes.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"The {name} log's manifest is lost; its pages are taken to be {geometry?.PageBytes} bytes."));
        }

        if (geometry is null || geometry.FindSegments().Count == 0)
        {
            return null;
        }

        LogSurvey survey = Locate(geometry);
        survey.Notes.AddRange(notes);
        return survey;
    }

    internal DamagedLogScanner Scan() => new(Geometry, BeginAddress, Commit);

    private static LogSurvey Locate(LogGeometry geometry)
    {
        try
        {
            CommitRecord commit = LogRecovery.ReadCommit(geometry, out _);
            return new LogSurvey(geometry, commit.BeginAddress, commit);
        }
        catch (Exception damage) when (damage is JournalDamagedException or DataFolderException)
        {
            int first = geometry.FindSegments()[0];
            long begin = first == 0 ? LogGeometry.FirstAddress : first * geometry.SegmentBytes;
            LogSurvey survey = new(geometry, begin, Commit: null);
            survey.Notes.Add($"The {geometry.Name} log's commits are lost; its end is its last sound entry.");
            return survey;
        }
    }

    /// <summary>Files have the length of a segment; the pages are those with which the log has fewest holes.</summary>
    private static LogGeometry? FindSizes(string name, string directory, FileSystem files, int usualPageBytes)
    {
        LogGeometry look = new(name, directory, 1 << LeastPageLog2, 1 << LeastPageLog2) { Files = files };
        long segmentBytes = 0;
        foreach (int segment in look.FindSegments())
        {
            using DurableFile? file = files.OpenToRead(look.SegmentPath(segment), direct: false, out _);
            segmentBytes = Math.Max(segmentBytes, file?.LengthBytes ?? 0);
        }

        segmentBytes = (long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)segmentBytes);
        LogGeometry? best = null;
        (int Holes, bool IsUnusual) least = (int.MaxValue, true);
        for (int log2 = MostPageLog2; log2 >= LeastPageLog2; log2--)
        {
            if (1L << log2 > segmentBytes)
            {
                continue;
            }

            LogGeometry geometry = look with { PageBytes = 1 << log2, SegmentBytes = segmentBytes };
            using DamagedLogScanner scanner = Locate(geometry).Scan();
            while (scanner.MoveNext(out _, out _, out _))
            {
                // Only the holes count.
            }

            (int, bool) found = (scanner.Holes.Count, geometry.PageBytes != usualPageBytes);
            if (best is null || found.CompareTo(least) < 0)
            {
                (best, least) = (geometry, found);
            }
        }

        return best;
    }
}
