using System.Globalization;
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

        using JsonDocument document = LogManifest.ReadChecked(DataFolder.Label, files, path);
        JsonElement root = document.RootElement;
        if (LogManifest.ReadText(root, "format") != Format)
        {
            throw new DataFolderException($"{path} is not the manifest of a FastStream data folder.");
        }

        int version = LogManifest.ReadNumber<int>(root, "formatVersion", DataFolder.Label, path);
        if (version != FormatVersion)
        {
            throw new DataFolderException(
                $"The data folder {Path.GetDirectoryName(path)} has format version {version}; this program reads and " +
                $"writes version {FormatVersion}. Use the program that wrote it, or another folder.",
                DataFolderFault.WrongVersion);
        }

        return Guid.TryParse(LogManifest.ReadText(root, "id"), out Guid id)
            ? new DataFolderManifest(id)
            : throw new JournalDamagedException(DataFolder.Label, path, 0, "\"id\" is missing or no identity");
    }

    internal void Write(FileSystem files, string path)
    {
        string json = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"format":"{{Format}}","formatVersion":{{FormatVersion}},"id":"{{Id}}"}""");
        AtomicFile.Write(files, path, $"{json}\n{LogManifest.Checksum(json)}\n");
    }
}
