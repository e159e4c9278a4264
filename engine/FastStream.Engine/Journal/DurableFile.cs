namespace FastStream.Engine.Journal;

/// <summary>
/// A file whose every operation answers with the true error number (0 = done), flushing included. Reads and writes
/// at offsets may run on several threads; whoever opened it disposes it after the last of them.
/// </summary>
internal abstract unsafe class DurableFile(string path) : IDisposable
{
    /// <summary>Unit of O_DIRECT and of everything that lies in a log file.</summary>
    internal const int BlockBytes = 4096;

    internal string Path { get; } = path;

    /// <summary>Whether offset, length and memory must be multiples of <see cref="BlockBytes"/>.</summary>
    internal abstract bool IsDirect { get; }

    internal abstract long LengthBytes { get; }

    /// <summary>Writes all of it or says why not.</summary>
    internal abstract int Write(long offset, byte* source, int bytes);

    /// <summary>Reads until <paramref name="bytes"/> are there or the file ends.</summary>
    internal abstract int Read(long offset, byte* destination, int bytes, out int readBytes);

    /// <summary>Returns 0 only when everything written so far is on stable storage.</summary>
    internal abstract int Flush();

    /// <summary>Makes the file at least so long and gets the space for it, so that writes below need none.</summary>
    internal abstract int Preallocate(long lengthBytes);

    public abstract void Dispose();
}
