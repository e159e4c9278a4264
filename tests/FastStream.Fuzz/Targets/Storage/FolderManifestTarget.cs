using System.Text;
using FastStream.Engine.Journal;

namespace FastStream.Fuzz.Targets.Storage;

/// <summary>The manifest of a data folder: a line of JSON and its checksum.</summary>
internal sealed class FolderManifestTarget : FuzzTarget
{
    private const string ManifestPath = "/data/manifest.json";

    private readonly ByteFiles _files = new();

    public override string Name => "folder-manifest";

    public override int Weight => 8;

    public override bool IsText => true;

    public override IReadOnlyList<string> Words => ["\"format\"", "\"formatVersion\"", "\"id\"", "\"faststream-data\"", "{}", "1"];

    public override void Generate(FuzzRandom random, InputBuffer input)
    {
        Guid id = new((int)random.Next(), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        string json = $$"""{"format":"faststream-data","formatVersion":1,"id":"{{id}}"}""";
        input.Append(Encoding.UTF8.GetBytes($"{json}\n{LogManifest.Checksum(json)}\n"));
    }

    public override void Repair(FuzzRandom random, InputBuffer input)
    {
        int line = input.Written.IndexOf((byte)'\n');
        line = line < 0 ? input.Length : line;
        string text = Encoding.UTF8.GetString(input.Written[..line]);
        input.SetLength(line);
        input.Append(Encoding.UTF8.GetBytes($"\n{LogManifest.Checksum(text)}\n"));
    }

    public override bool Run(ReadOnlySpan<byte> input)
    {
        _files.Set(ManifestPath, input);
        try
        {
            Require(DataFolderManifest.Read(_files, ManifestPath)?.Id is not null, "a manifest that is there is not found");
            return true;
        }
        catch (Exception fault) when (fault is JournalDamagedException or DataFolderException)
        {
            return false;
        }
    }

    public override long AllocationLimit(int inputBytes) => (1 << 20) + (64L * inputBytes);
}
