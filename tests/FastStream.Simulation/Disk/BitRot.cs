using FastStream.Simulation.Driving;
using FastStream.TestKit.Files;

namespace FastStream.Simulation.Disk;

/// <summary>One bit of one file that has changed by itself.</summary>
internal sealed class BitRot
{
    private readonly SimulatedFileSystem _files;
    private readonly string _path;
    private readonly byte _mask;

    private BitRot(SimulatedFileSystem files, string path, long offset, byte mask)
    {
        _files = files;
        _path = path;
        Offset = offset;
        _mask = mask;
        Change();
    }

    public long Offset { get; }

    /// <summary>Flips a bit somewhere in some log, mostly where bytes are.</summary>
    public static BitRot Flip(SimulatedFileSystem files, SimulationRandom random)
    {
        string directory = random.Of("/journal", "/journal", "/results", "/state");
        IReadOnlyList<string> names = files.FilesIn(directory);
        string path = directory + "/" + names[random.Next(names.Count)];
        long length = Math.Max(1, files.LengthOf(path));
        long offset = random.Next((int)Math.Min(length, random.Of(512, 8_192, 65_536, 1 << 20)));
        return new BitRot(files, path, offset, (byte)(1 << random.Next(8)));
    }

    /// <summary>As it was.</summary>
    public void Undo() => Change();

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
