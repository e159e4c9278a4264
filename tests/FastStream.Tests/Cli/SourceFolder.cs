using System.IO.Compression;
using System.Text;
using FastStream.Cli.Sources;

namespace FastStream.Tests.Cli;

/// <summary>A folder of its own for one test, and short ways to write and read sources in it.</summary>
internal sealed class SourceFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("faststream-source-").FullName;

    public List<string> Shown { get; } = [];

    public string Write(string name, string text)
    {
        return WriteBytes(name, Encoding.UTF8.GetBytes(text));
    }

    public string WriteBytes(string name, byte[] bytes)
    {
        string path = System.IO.Path.Combine(Path, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public string WritePacked(string name, string text)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return WriteBytes(name, packed.ToArray());
    }

    public RecordSource Open(SourceOptions options, CancellationToken stop = default)
    {
        return RecordSource.Open(options, Shown.Add, stop);
    }

    /// <summary>Every record as <c>key time values</c>.</summary>
    public List<string> ReadAll(SourceOptions options)
    {
        using RecordSource source = Open(options);
        return ReadAll(source);
    }

    public static List<string> ReadAll(RecordSource source)
    {
        SourceRecord record = new(source.Layout.Fields.Count);
        List<string> records = [];
        while (source.TryRead(record))
        {
            string key = record.TextKey.Length > 0 ? record.TextKey : record.NumberKey.ToString();
            records.Add($"{key} {EventTime.Format(record.TimeNs)} {string.Join(' ', record.Values)}".TrimEnd());
        }

        return records;
    }

    public void Dispose()
    {
        Directory.Delete(Path, recursive: true);
    }
}
