using System.Globalization;
using System.Text;
using System.Text.Json;

namespace FastStream.Engine.Journal;

/// <summary>
/// What a data folder is: format version and identity, one line of JSON and one with its CRC32C. Written last when
/// a folder is created, so that a folder with it has all its logs.
/// </summary>
/// <param name="Id">Tells folders apart; made at random when the folder is created.</param>
internal sealed record DataFolderManifest(Guid Id)
{
    internal const int FormatVersion = 1;

    private const string Format = "faststream-data";

    /// <summary>Null when there is none; throws on damage and on another version.</summary>
    internal static DataFolderManifest? Read(FileSystem files, string path)
    {
        if (!files.FileExists(path))
        {
            return null;
        }

        string[] lines = Encoding.UTF8.GetString(files.ReadAll(path, LogManifest.MostBytes)).Split('\n');
        if (lines.Length < 2 || lines[1] != LogManifest.Checksum(lines[0]))
        {
            throw new JournalDamagedException(DataFolder.Label, path, 0, "the content does not match its checksum");
        }

        using JsonDocument document = JsonDocument.Parse(lines[0]);
        JsonElement root = document.RootElement;
        if (root.GetProperty("format").GetString() != Format)
        {
            throw new DataFolderException($"{path} is not the manifest of a FastStream data folder.");
        }

        int version = root.GetProperty("formatVersion").GetInt32();
        return version == FormatVersion
            ? new DataFolderManifest(root.GetProperty("id").GetGuid())
            : throw new DataFolderException(
                $"The data folder {Path.GetDirectoryName(path)} has format version {version}; this program reads and " +
                $"writes version {FormatVersion}. Use the program that wrote it, or another folder.",
                DataFolderFault.WrongVersion);
    }

    internal void Write(FileSystem files, string path)
    {
        string json = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"format":"{{Format}}","formatVersion":{{FormatVersion}},"id":"{{Id}}"}""");
        AtomicFile.Write(files, path, $"{json}\n{LogManifest.Checksum(json)}\n");
    }
}
