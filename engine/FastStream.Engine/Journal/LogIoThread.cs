using System.Runtime.InteropServices;
using FastStream.Engine.Memory;

namespace FastStream.Engine.Journal;

/// <summary>
/// The one thread that writes all logs: takes what has been queued, writes it, flushes each file once, and then reports
/// to FASTER with the true error. Of two large writes in a row a second thread does one, so that the disk always has
/// something to do while the first is on its way back from the kernel.
/// </summary>
/// <remarks>
/// Owner: the thread itself; any thread queues. Invariant: a callback without error is called only after a flush
/// that began after the write returned and that succeeded.
/// </remarks>
internal sealed unsafe class LogIoThread : IDisposable
{
    /// <summary>FASTER has at most a write per page in flight; three logs stay far below this.</summary>
    private const int QueueCapacity = 4096;

    /// <summary>A batch shares its flushes; a longer one would keep its first writer waiting.</summary>
    private const int BatchCapacity = 16;

    /// <summary>Writes from this size on are done two at a time.</summary>
    private const int LargeBytes = 1 << 20;

    private readonly BoundedMpscRing<WriteOperation> _queue = new(QueueCapacity);
    private readonly Parker _parker = new();
    private readonly WriteOperation[] _batch = new WriteOperation[BatchCapacity];
    private readonly Func<bool> _hasWork;
    private readonly SecondWriter _second = new();
    private readonly Thread _thread;
    private readonly byte* _zeros;
    private bool _stopping; // writer: Dispose

    internal LogIoThread()
    {
        _hasWork = () => !_queue.IsEmpty || Volatile.Read(ref _stopping); // partner: Dispose
        _zeros = (byte*)NativeMemory.AlignedAlloc(ZeroedAhead.StepBytes, DurableFile.BlockBytes);
        new Span<byte>(_zeros, ZeroedAhead.StepBytes).Clear();
        _thread = new Thread(Run) { Name = "faststream-log-io", IsBackground = true };
        _thread.Start();
    }

    internal void Queue(in WriteOperation operation)
    {
        SpinWait wait = default;
        while (!_queue.TryEnqueue(operation))
        {
            wait.SpinOnce(); // cannot last: this thread empties the queue without waiting for anyone
        }

        _parker.Signal();
    }

    public void Dispose()
    {
        Volatile.Write(ref _stopping, true); // partner: _hasWork
        _parker.Signal();
        _thread.Join();
        _second.Dispose();
        NativeMemory.AlignedFree(_zeros);
    }

    private void Run()
    {
        while (true)
        {
            int count = WriteBatch();
            if (count > 0)
            {
                FlushBatch(count);
                ReportBatch(count);
            }
            else if (Volatile.Read(ref _stopping)) // partner: Dispose
            {
                return;
            }
            else
            {
                _parker.WaitUntil(_hasWork);
            }
        }
    }

    private int WriteBatch()
    {
        int count = 0;
        while (count < BatchCapacity && _queue.TryDequeue(out _batch[count]))
        {
            count++;
        }

        for (int index = 0; index < count;)
        {
            if (index + 1 < count && MayOverlap(_batch[index], _batch[index + 1]))
            {
                WriteTwo(ref _batch[index], ref _batch[index + 1]);
                index += 2;
            }
            else
            {
                WriteOne(ref _batch[index]);
                index++;
            }
        }

        return count;
    }

    private static bool MayOverlap(in WriteOperation first, in WriteOperation second) =>
        first.Bytes >= LargeBytes
        && second.Bytes >= LargeBytes
        && ReferenceEquals(first.Device, second.Device)
        && (first.Segment != second.Segment || first.OffsetInSegment + first.Bytes <= second.OffsetInSegment);

    private static void WriteOne(ref WriteOperation operation)
    {
        operation.Error = operation.Device.Prepare(ref operation);
        if (operation.Error == 0)
        {
            operation.Error = operation.Device.Finish(operation, DurableDevice.Write(operation));
        }
    }

    private void WriteTwo(ref WriteOperation first, ref WriteOperation second)
    {
        first.Error = first.Device.Prepare(ref first);
        second.Error = second.Device.Prepare(ref second);
        if (first.Error != 0 || second.Error != 0)
        {
            second.Error = second.Error != 0 ? second.Error : first.Error;
            first.Error = first.Error != 0 ? first.Error : second.Error;
            return; // nothing more is written after an error
        }

        _second.Begin(second);
        first.Error = first.Device.Finish(first, DurableDevice.Write(first));
        second.Error = second.Device.Finish(second, _second.End());
    }

    private void FlushBatch(int count)
    {
        for (int index = 0; index < count; index++)
        {
            DurableFile? file = _batch[index].File;
            bool isFlushed = file is null;
            for (int earlier = 0; earlier < index && !isFlushed; earlier++)
            {
                isFlushed = ReferenceEquals(_batch[earlier].File, file);
            }

            int error = isFlushed ? 0 : _batch[index].Device.Flush(file!);
            if (error == 0)
            {
                continue;
            }

            for (int later = index; later < count; later++)
            {
                if (ReferenceEquals(_batch[later].File, file) && _batch[later].Error == 0)
                {
                    _batch[later].Error = error;
                }
            }
        }
    }

    private void ReportBatch(int count)
    {
        for (int index = 0; index < count; index++)
        {
            ref WriteOperation operation = ref _batch[index];
            uint bytes = operation.Error == 0 ? (uint)operation.Bytes : 0;
            DurableDevice device = operation.Device;
            operation.Callback((uint)operation.Error, bytes, operation.Context);
            if (_queue.IsEmpty)
            {
                device.ZeroAhead(_zeros);
            }

            int segment = operation.Segment;
            operation = default;
            device.Complete(segment);
        }
    }
}
