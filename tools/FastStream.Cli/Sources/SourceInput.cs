using System.IO.Compression;

namespace FastStream.Cli.Sources;

/// <summary>The bytes of a source, unpacked, with its head read ahead.</summary>
internal sealed class SourceInput : IDisposable
{
    private static readonly byte[] s_gzipMagic = [0x1F, 0x8B];

    private readonly FileStream? _file;

    private SourceInput(string name, FileStream? file, WaitingStream? waiting, SourceHead head, Stream content)
    {
        Name = name;
        _file = file;
        Waiting = waiting;
        Head = head;
        Content = content;
    }

    /// <summary>File name without folder and <c>.gz</c>; "stdin" for standard input.</summary>
    public string Name { get; }

    public SourceHead Head { get; }

    /// <summary>Everything, the head included.</summary>
    public Stream Content { get; }

    /// <summary>Set when reading may block on someone who writes.</summary>
    public WaitingStream? Waiting { get; }

    /// <summary>Only a file can be read again from its start, so only a file has a position.</summary>
    public bool HasPosition => _file is not null;

    /// <summary>Bytes of the file as stored; 0 when unknown.</summary>
    public long StoredBytes => _file?.Length ?? 0;

    /// <summary>How many of them have been read.</summary>
    public long StoredBytesRead => _file?.Position ?? 0;

    public static SourceInput Open(string path, bool follow, CancellationToken stop)
    {
        if (path == "-")
        {
            WaitingStream pipe = new(Console.OpenStandardInput(), null, stop);
            return Create("stdin", null, pipe, pipe, patient: false);
        }

        FileStream file = OpenFile(path);
        bool packed = IsGzip(file);
        string name = Path.GetFileName(path);
        name = packed && name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
        if (follow && packed)
        {
            file.Dispose();
            throw new CommandFailure(ExitCode.Usage, $"--follow: {path} is packed with gzip; a packed file "
                + "cannot be followed");
        }

        if (follow)
        {
            WaitingStream growing = new(file, file, stop);
            return Create(name, file, growing, growing, patient: false);
        }

        Stream content = packed ? new GZipStream(file, CompressionMode.Decompress) : file;
        return Create(name, file, null, content, patient: true);
    }

    public void Dispose()
    {
        Content.Dispose();
    }

    private static SourceInput Create(
        string name, FileStream? file, WaitingStream? waiting, Stream content, bool patient)
    {
        try
        {
            SourceHead head = SourceHead.Read(content, patient);
            return new SourceInput(name, file, waiting, head, new PrefixedStream(head.Bytes, content));
        }
        catch (InvalidDataException error)
        {
            content.Dispose();
            throw new CommandFailure(ExitCode.Failed, $"{name} is not sound gzip: {error.Message}", error);
        }
    }

    private static FileStream OpenFile(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            string why = error switch
            {
                FileNotFoundException or DirectoryNotFoundException => "there is no such file",
                _ when Directory.Exists(path) => "it is a folder; name a file in it",
                _ => error.Message,
            };
            throw new CommandFailure(ExitCode.Failed, $"cannot read {path}: {why}", error);
        }
    }

    private static bool IsGzip(FileStream file)
    {
        Span<byte> magic = stackalloc byte[2];
        bool packed = file.ReadAtLeast(magic, 2, throwOnEndOfStream: false) == 2 && magic.SequenceEqual(s_gzipMagic);
        file.Position = 0;
        return packed;
    }
}
