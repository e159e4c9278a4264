using FASTER.core;

namespace FastStream.Engine.Journal;

/// <summary>
/// FASTER's device over the segment files of one log: writes go through the shared I/O thread, and an error is an
/// error. After the first failed write or flush nothing more is written, since the kernel forgets a lost page after
/// telling of it once; only reopening, which reads everything again, may go on.
/// </summary>
internal sealed unsafe class DurableDevice : StorageDeviceBase
{
    private readonly LogGeometry _geometry;
    private readonly LogSegments _segments;
    private readonly LogIoThread _thread;
    private readonly ZeroedAhead _zeroed;
    private readonly Func<long> _durableAddress;
    private readonly Action<long, long> _written;
    private readonly Action<string, string, int> _failed;
    private int _pendingCount; // by Interlocked: queueing threads up, the I/O thread down
    private int _error;        // writer: the I/O thread
    private int _lastSegment;  // writer: the I/O thread

    /// <summary>
    /// Callbacks run on the I/O thread: written (from, until), failed (operation, file, error number).
    /// </summary>
    internal DurableDevice(
        LogGeometry geometry,
        LogSegments segments,
        LogIoThread thread,
        Func<long> durableAddress,
        Action<long, long> written,
        Action<string, string, int> failed)
        : base(Path.Combine(geometry.Directory, "log"), DurableFile.BlockBytes, Devices.CAPACITY_UNSPECIFIED)
    {
        _geometry = geometry;
        _segments = segments;
        _zeroed = new ZeroedAhead(geometry);
        _thread = thread;
        _durableAddress = durableAddress;
        _written = written;
        _failed = failed;
    }

    /// <summary>Tests make operations fail here: a function from "write" or "flush" to an error number.</summary>
    internal Func<string, int>? Fault { get; set; }

    public override void WriteAsync(
        nint sourceAddress,
        int segmentId,
        ulong destinationAddress,
        uint numBytesToWrite,
        DeviceIOCompletionCallback callback,
        object context)
    {
        Interlocked.Increment(ref _pendingCount); // partner: Complete
        _thread.Queue(new WriteOperation
        {
            Device = this,
            Source = sourceAddress,
            Segment = segmentId,
            OffsetInSegment = (long)destinationAddress,
            Bytes = (int)numBytesToWrite,
            Callback = callback,
            Context = context,
        });
    }

    public override void ReadAsync(
        int segmentId,
        ulong sourceAddress,
        nint destinationAddress,
        uint readLength,
        DeviceIOCompletionCallback callback,
        object context)
    {
        // The engine reads its own files through EntryReader; FASTER asks only for a tail page, if at all.
        DurableFile? file = _segments.FileOf(segmentId, out int error);
        int bytes = 0;
        if (file is not null)
        {
            error = file.Read((long)sourceAddress, (byte*)destinationAddress, (int)readLength, out bytes);
        }

        callback((uint)error, (uint)bytes, context);
    }

    public override void RemoveSegmentAsync(int segment, AsyncCallback callback, IAsyncResult result)
    {
        _segments.Remove(segment);
        callback(result);
    }

    /// <summary>Waits until FASTER has heard of every write; its pages may be freed afterwards.</summary>
    public override void Dispose()
    {
        SpinWait wait = default;
        while (Volatile.Read(ref _pendingCount) != 0) // partner: Complete
        {
            wait.SpinOnce();
        }
    }

    /// <summary>I/O thread: finds the file of a write and says whether it may begin.</summary>
    internal int Prepare(ref WriteOperation operation)
    {
        if (_error != 0)
        {
            return _error;
        }

        if (AddressOf(operation) < _durableAddress())
        {
            // A torn write there would destroy what was acknowledged; padding before each commit rules it out.
            return Fail("write over durable bytes", operation.Segment, LibC.EINVAL);
        }

        operation.File = _segments.FileOf(operation.Segment, out int error);
        error = operation.File is null ? error : Fault?.Invoke("write") ?? 0;
        return error == 0 ? 0 : Fail("write", operation.Segment, error);
    }

    /// <summary>Writes what was prepared: on the I/O thread or for it on another one, several at a time.</summary>
    internal static int Write(in WriteOperation operation) =>
        operation.File!.Write(operation.OffsetInSegment, (byte*)operation.Source, operation.Bytes);

    /// <summary>I/O thread: takes note of what came of a write.</summary>
    internal int Finish(in WriteOperation operation, int error)
    {
        if (_error != 0)
        {
            return _error; // one that ran beside it has failed
        }

        if (error != 0)
        {
            return Fail("write", operation.Segment, error);
        }

        long address = AddressOf(operation);
        _zeroed.NoteWrite(address, operation.Bytes);
        _written(address, address + operation.Bytes);
        return 0;
    }

    /// <summary>I/O thread.</summary>
    internal int Flush(DurableFile file)
    {
        if (_error != 0)
        {
            return _error;
        }

#if PLANTED_FAULTS
        if (PlantedFaults.Is(PlantedFault.SlowFlush))
        {
#pragma warning disable RS0030 // to be late is its whole purpose
            Thread.Sleep(20);
#pragma warning restore RS0030
        }
#endif
        int error = Fault?.Invoke("flush") ?? 0;
        error = error != 0 ? error : file.Flush();
#if PLANTED_FAULTS
        if (PlantedFaults.Is(PlantedFault.IgnoreFailedFlush))
        {
            error = 0;
        }
#endif
        if (error != 0)
        {
            _error = error;
            _failed("flush", file.Path, error);
        }

        return error;
    }

    /// <summary>
    /// I/O thread with nothing else to do, between the callback of an operation and its completion, so that the files
    /// stay open: overwrites blocks after the last write with zeros, if the next writes will gain by it.
    /// </summary>
    internal void ZeroAhead(byte* zeros)
    {
        if (_error != 0 || !_zeroed.TryTake(_segments.AllocatedUntil, out long address, out int bytes))
        {
            return;
        }

        int segment = _geometry.SegmentOf(address);
        DurableFile? file = _segments.FileOf(segment, out int error);
        error = file is null ? error : file.Write(_geometry.OffsetInSegment(address), zeros, bytes);
        if (error != 0)
        {
            Fail("write", segment, error);
        }
    }

    /// <summary>I/O thread, after the callback of an operation.</summary>
    internal void Complete(int segment)
    {
        if (segment > _lastSegment)
        {
            _lastSegment = segment;
            _segments.CloseBefore(segment - 1); // one stays open for a late write of the page before
        }

        Interlocked.Decrement(ref _pendingCount); // partner: WriteAsync, Dispose
    }

    private long AddressOf(in WriteOperation operation) =>
        (operation.Segment * _geometry.SegmentBytes) + operation.OffsetInSegment;

    private int Fail(string operation, int segment, int error)
    {
        _error = error;
        _failed(operation, _geometry.SegmentPath(segment), error);
        return error;
    }
}
