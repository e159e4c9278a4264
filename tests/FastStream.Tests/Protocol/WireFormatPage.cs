namespace FastStream.Tests.Protocol;

/// <summary>Reads engine/WIRE_FORMAT.md, found by walking up from the test's folder.</summary>
internal static class WireFormatPage
{
    private static readonly Dictionary<string, byte[]> s_vectors = ReadVectors();

    public static IReadOnlyCollection<string> VectorNames => s_vectors.Keys;

    public static string RepositoryRoot
    {
        get
        {
            DirectoryInfo? folder = new(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "FastStream.sln")))
            {
                folder = folder.Parent;
            }

            return folder?.FullName ?? throw new InvalidOperationException("The tests run inside the repository.");
        }
    }

    public static string Text => File.ReadAllText(Path.Combine(RepositoryRoot, "engine", "WIRE_FORMAT.md"));

    public static byte[] Vector(string name) => s_vectors[name];

    private static Dictionary<string, byte[]> ReadVectors()
    {
        Dictionary<string, byte[]> vectors = [];
        string[] blocks = Text.Split("```vector ");
        foreach (string block in blocks.Skip(1))
        {
            string[] lines = block.Split("```")[0].Split('\n', StringSplitOptions.RemoveEmptyEntries);
            vectors.Add(lines[0].Trim(), Convert.FromHexString(string.Concat(lines.Skip(1)).Trim()));
        }

        return vectors;
    }
}
