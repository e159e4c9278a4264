using FastStream.Engine.Journal;
using FastStream.Simulation.Driving;
using FastStream.TestKit.Files;

namespace FastStream.Simulation.Disk;

/// <summary>One bit of one file that has changed by itself.</summary>
internal sealed class BitRot
{
    private readonly SimulatedFileSystem _files;
    private readonly string _path;
    private readonly byte _mask;

    private BitRot(SimulatedFileSystem files, string log, string path, long offset, byte mask)
    {
        _files = files;
        Log = log;
        _path = path;
        Offset = offset;
        _mask = mask;
        Change();
    }

    public long Offset { get; }

    /// <summary>journal, results or state.</summary>
    public string Log { get; }

    /// <summary>Flips a bit somewhere in some log, mostly where bytes are.</summary>
    public static BitRot Flip(SimulatedFileSystem files, SimulationRandom random)
    {
        string directory = random.Of("/journal", "/journal", "/results", "/state");
        IReadOnlyList<string> names = files.FilesIn(directory);
        string path = directory + "/" + names[random.Next(names.Count)];
        long length = Math.Max(1, files.LengthOf(path));
        long offset = random.Next((int)Math.Min(length, random.Of(512, 8_192, 65_536, 1 << 20)));
        return new BitRot(files, directory[1..], path, offset, (byte)(1 << random.Next(8)));
    }

    /// <summary>
    /// The address of the first damage that a verification of the log's entries finds; -1 when they are sound.
    /// </summary>
    public long FindDamage()
    {
        LogReport report = LogVerifier.VerifyLog(Log, "/" + Log, _files);
        if (report.IsSound
            || report.Damages[0].File.EndsWith("manifest.json", StringComparison.Ordinal)
            || LogManifest.Read(Log, "/" + Log, _files) is not LogGeometry geometry)
        {
            return -1;
        }

        List<int> segments = geometry.FindSegments();
        int segment = segments.FindIndex(number => geometry.SegmentPath(number) == report.Damages[0].File);
        return segment < 0 ? -1 : (segments[segment] * geometry.SegmentBytes) + report.Damages[0].OffsetBytes;
    }

    /// <summary>As it was, where it still is.</summary>
    public void Undo()
    {
        if (_files.FileExists(_path))
        {
            Change();
        }
    }

    private void Change() => _files.Damage(_path, content =>
    {
        Span<byte> one = stackalloc byte[1];
        if (content.Read(Offset, one) == 1)
        {
            one[0] ^= _mask;
            content.Write(Offset, one);
        }
    });
}
