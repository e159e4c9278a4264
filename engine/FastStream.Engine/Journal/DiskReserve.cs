namespace FastStream.Engine.Journal;

/// <summary>
/// Space that is held back so that snapshots and results can still be written when the disk is full: they let the
/// journal be truncated, which is what frees space. A file of its own; giving it up makes room for a segment of
/// theirs, and the journal gets no new segment until the reserve is held again.
/// </summary>
/// <remarks>Shared by the pool items of three logs, by a lock. Nothing it holds means anything.</remarks>
internal sealed class DiskReserve(FileSystem files, string folder, long bytes)
{
    /// <summary>Its file in the data folder.</summary>
    internal const string FileName = "reserve";

    private readonly Lock _lock = new();
    private readonly string _path = Path.Combine(folder, FileName);
    private bool _isHeld;

    /// <summary>Whether the space is there for whoever may use it.</summary>
    internal bool IsHeld
    {
        get
        {
            lock (_lock)
            {
                return _isHeld;
            }
        }
    }

    /// <summary>Gets the space, or keeps it. Returns the error.</summary>
    internal int Hold()
    {
        lock (_lock)
        {
            if (_isHeld || bytes == 0)
            {
                return 0;
            }

            using DurableFile? file = files.Open(_path, direct: false, out int error);
            error = file is null ? error : file.Preallocate(bytes);
            _isHeld = error == 0;
            if (error != 0)
            {
                _ = files.Delete(_path); // half a reserve would only be in the way
            }

            return error;
        }
    }

    /// <summary>Gives the space up; true when there is now more than before.</summary>
    internal bool Release()
    {
        lock (_lock)
        {
            bool wasHeld = _isHeld;
            _isHeld = false;
            return wasHeld && files.Delete(_path) == 0;
        }
    }
}
