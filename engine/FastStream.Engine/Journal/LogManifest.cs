using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using FastStream.Engine.Definitions;
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

        using JsonDocument document = ReadChecked(name, files, path);
        JsonElement root = document.RootElement;
        int version = ReadNumber<int>(root, "formatVersion", name, path);
        if (version != FormatVersion)
        {
            throw new DataFolderException(
                $"The {name} log in {directory} has format version {version}; this program reads and writes version " +
                $"{FormatVersion}. Use the program that wrote it, or another folder.",
                DataFolderFault.WrongVersion);
        }

        int pageBytes = ReadNumber<int>(root, "pageBytes", name, path);
        long segmentBytes = ReadNumber<long>(root, "segmentBytes", name, path);
        string? fault = LogGeometry.Explain(pageBytes, segmentBytes);
        return fault is null
            ? new LogGeometry(name, directory, pageBytes, segmentBytes) { Files = files }
            : throw new JournalDamagedException(name, path, 0, fault);
    }

    /// <summary>
    /// The JSON object of a manifest whose checksum is right. One whose checksum is right and that is no manifest was
    /// not written by this program: damage too.
    /// </summary>
    internal static JsonDocument ReadChecked(string name, FileSystem files, string path)
    {
        string[] lines = Encoding.UTF8.GetString(files.ReadAll(path, MostBytes)).Split('\n');
        if (lines.Length < 2 || lines[1] != Checksum(lines[0]))
        {
            throw new JournalDamagedException(name, path, 0, "the content does not match its checksum");
        }

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(lines[0]);
        }
        catch (JsonException fault)
        {
            throw new JournalDamagedException(name, path, 0, $"the content is not JSON: {fault.Message}");
        }

        JsonElement root = document.RootElement;
        string? what = root.ValueKind != JsonValueKind.Object ? "the content is no JSON object"
            : JsonTexts.AreReadable(root) ? null
            : JsonTexts.Fault;
        if (what is not null)
        {
            document.Dispose();
            throw new JournalDamagedException(name, path, 0, what);
        }

        return document;
    }

    /// <summary>A text of a manifest; null when there is none.</summary>
    internal static string? ReadText(JsonElement root, string property) =>
        root.TryGetProperty(property, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>A whole number of a manifest.</summary>
    internal static T ReadNumber<T>(JsonElement root, string property, string name, string path)
        where T : struct, IBinaryInteger<T> =>
        root.TryGetProperty(property, out JsonElement value)
            && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt64(out long number)
            && number == long.CreateTruncating(T.CreateTruncating(number))
                ? T.CreateTruncating(number)
                : throw new JournalDamagedException(name, path, 0, $"\"{property}\" is missing or no whole number");

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
