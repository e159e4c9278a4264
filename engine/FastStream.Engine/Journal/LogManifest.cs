using System.Globalization;
using System.Text.Json;
using System.Text;
using FastStream.Protocol;

namespace FastStream.Engine.Journal;

/// <summary>
/// The sizes with which a log was created: one line of JSON and a line with its CRC32C, written once, last of all
/// when a log is created. A log without it is not finished, or damaged.
/// </summary>
internal static class LogManifest
{
    internal const int FormatVersion = 1;

    /// <summary>More than any manifest has.</summary>
    internal const int MostBytes = DurableFile.BlockBytes;

    private const string FileName = "manifest.json";

    /// <summary>Reads the geometry. Null when there is no manifest; throws on damage and on another version.</summary>
    internal static LogGeometry? Read(string name, string directory, FileSystem? fileSystem = null)
    {
        FileSystem files = fileSystem ?? FileSystem.OfMachine;
        string path = Path.Combine(directory, FileName);
        if (!files.FileExists(path))
        {
            return null;
        }

        string[] lines = Encoding.UTF8.GetString(files.ReadAll(path, MostBytes)).Split('\n');
        if (lines.Length < 2 || lines[1] != Checksum(lines[0]))
        {
            throw new JournalDamagedException(name, path, 0, "the sizes do not match their checksum");
        }

        using JsonDocument document = JsonDocument.Parse(lines[0]);
        JsonElement root = document.RootElement;
        int version = root.GetProperty("formatVersion").GetInt32();
        if (version != FormatVersion)
        {
            throw new DataFolderException(
                $"The {name} log in {directory} has format version {version}; this program reads and writes version " +
                $"{FormatVersion}. Use the program that wrote it, or another folder.",
                DataFolderFault.WrongVersion);
        }

        LogGeometry geometry = new(
            name, directory, root.GetProperty("pageBytes").GetInt32(), root.GetProperty("segmentBytes").GetInt64())
        {
            Files = files,
        };
        string? fault = LogGeometry.Explain(geometry.PageBytes, geometry.SegmentBytes);
        return fault is null ? geometry : throw new JournalDamagedException(name, path, 0, fault);
    }

    /// <summary>Writes and flushes it under its name at once, never half.</summary>
    internal static void Write(LogGeometry geometry)
    {
        (int page, long segment) = (geometry.PageBytes, geometry.SegmentBytes);
        string json = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"formatVersion":{{FormatVersion}},"pageBytes":{{page}},"segmentBytes":{{segment}}}""");
        AtomicFile.Write(geometry.Files, geometry.ManifestPath, $"{json}\n{Checksum(json)}\n");
    }

    internal static string Checksum(string text) =>
        Crc32C.Compute(Encoding.UTF8.GetBytes(text)).ToString("x8", CultureInfo.InvariantCulture);
}
