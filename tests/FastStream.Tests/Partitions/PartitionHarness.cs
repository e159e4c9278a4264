using System.Buffers;
using System.Runtime.InteropServices;
using FastStream.Engine.Definitions;
using FastStream.Engine.Partitions;
using FastStream.Engine.Partitions.Aggregation;

namespace FastStream.Tests.Partitions;

/// <summary>
/// Runs frames through P partitions as the sequencer would: splits rows by slot, follows each producer's progress,
/// closes windows at the smallest progress, and joins what the partitions emit.
/// </summary>
internal sealed unsafe class PartitionHarness : IDisposable
{
    private const int MaxRows = 65_536;
    private readonly StreamDefinition _stream;
    private readonly List<ViewDefinition> _views = [];
    private readonly PartitionMemory[] _memories;
    private readonly byte* _block;
    private readonly ushort* _rows;
    private readonly Dictionary<string, long> _progress = [];
    private readonly HashSet<string> _setAside = [];
    private readonly List<ResultRow> _results = [];
    private readonly ResultSlice _slice = new();

    public PartitionHarness(StreamDefinition stream, int partitions, PartitionLimits? limits = null)
    {
        _stream = stream;
        _memories = [.. Enumerable.Range(0, partitions).Select(_ => new PartitionMemory())];
        Partitions = [.. Enumerable.Range(0, partitions).Select(p => new StreamPartition(
            7, stream, SlotRange.Of(p, partitions), limits ?? new PartitionLimits(), _memories[p]))];
        _block = (byte*)NativeMemory.AlignedAlloc((nuint)(((stream.Fields.Length + 3) * MaxRows * 8) + 512), 64);
        _rows = (ushort*)NativeMemory.AlignedAlloc(MaxRows * 2, 64);
    }

    public StreamPartition[] Partitions { get; }

    public long Address { get; set; } = 64;

    public long Watermark { get; private set; } = long.MinValue;

    public long ArrivalNs { get; set; } = long.MaxValue / 2;

    /// <summary>Bytes that the partitions' tables hold.</summary>
    public long RentedBytes => _memories.Sum(memory => memory.Heap.RentedBytes);

    public int MaxRowsPerSlice { get; set; } = 512;

    public FrameOutcome LastOutcome { get; private set; }

    public void AddView(string name, string text, int id, long fromTime = long.MinValue)
    {
        ViewDefinition view = ViewDefinition.Parse(_stream.Name, name, text) with { Id = id };
        view.Validate(_stream);
        _views.Add(view);
        foreach (StreamPartition partition in Partitions)
        {
            partition.AddView(view, Address, fromTime);
        }
    }

    /// <summary>Applies a frame, then closes windows at the smallest progress of all producers.</summary>
    public void Apply(TestFrame frame)
    {
        ApplyOnly(frame);
        Advance(_progress.Where(p => !_setAside.Contains(p.Key)).Select(p => p.Value).DefaultIfEmpty(Watermark).Min());
    }

    /// <summary>Lets producers hold the watermark before their first frame.</summary>
    public void Await(params string[] producers)
    {
        foreach (string producer in producers)
        {
            _progress.TryAdd(producer, long.MinValue);
        }
    }

    /// <summary>Takes a producer out of the watermark, as an idle one.</summary>
    public void SetAside(string producer) => _setAside.Add(producer);

    public void Advance(long watermark)
    {
        Watermark = Math.Max(Watermark, watermark);
        foreach (StreamPartition partition in Partitions)
        {
            partition.Advance(Address, Watermark);
        }

        Address += 64;
    }

    /// <summary>Applies a frame without moving the watermark.</summary>
    public void ApplyOnly(TestFrame frame)
    {
        FrameColumns columns = Lay(frame);
        long before = _progress.GetValueOrDefault(frame.Producer, long.MinValue);
        long future = ArrivalNs + _stream.FutureBoundNs;
        long* prefix = (long*)(_block + ((_stream.Fields.Length + 2) * MaxRows * 8));
        long running = before;
        for (int i = 0; i < frame.Count; i++)
        {
            prefix[i] = running;
            running = frame.Times[i] <= future && EventTimeRange.Contains(frame.Times[i])
                ? Math.Max(running, frame.Times[i])
                : running;
        }

        FrameContext context = new()
        {
            Address = Address,
            ArrivalNs = ArrivalNs,
            FutureLimitNs = future,
            ProgressBefore = before,
            PrefixProgress = columns.TimesAscending && columns.MinTime >= before ? null : prefix,
            WatermarkBefore = Watermark,
            SourceWasSetAside = _setAside.Contains(frame.Producer),
        };
        FrameOutcome outcome = default;
        for (int p = 0; p < Partitions.Length; p++)
        {
            FrameOutcome share = default;
            Partitions[p].Apply(context, columns, RowsOf(frame, p), ref share);
            outcome.Merge(share);
        }

        LastOutcome = outcome;
        _progress[frame.Producer] = running;
    }

    /// <summary>Everything emitted so far, in order of (cause, view, start, slot, key).</summary>
    public IReadOnlyList<ResultRow> Drain()
    {
        List<ResultSlice> slices = [];
        foreach (StreamPartition partition in Partitions)
        {
            EmitStatus status;
            while ((status = partition.Emit(_slice, MaxRowsPerSlice)) != EmitStatus.Nothing)
            {
                if (status == EmitStatus.Slice)
                {
                    ResultSlice copy = new();
                    copy.CopyFrom(_slice);
                    slices.Add(copy);
                }
            }
        }

        _results.AddRange(Join(slices));
        return _results;
    }

    /// <summary>Rows of open windows, all views, in order of (view, start, slot, key).</summary>
    public List<ResultRow> Open(ulong? key = null)
    {
        List<ResultSlice> slices = [];
        foreach (ViewDefinition view in _views)
        {
            foreach (StreamPartition partition in Partitions)
            {
                partition.CollectOpen(view.Name, key, long.MinValue, long.MaxValue, _slice, slice =>
                {
                    ResultSlice copy = new();
                    copy.CopyFrom(slice);
                    slices.Add(copy);
                });
            }
        }

        return Join(slices);
    }

    public ViewCounters CountersOf(string view)
    {
        ViewCounters sum = new();
        foreach (StreamPartition partition in Partitions)
        {
            sum.Merge(partition.CountersOf(view)!);
        }

        return sum;
    }

    public StreamCounters Counters()
    {
        StreamCounters sum = new();
        foreach (StreamPartition partition in Partitions)
        {
            sum.Merge(partition.Counters);
        }

        return sum;
    }

    /// <summary>Marks a snapshot in every partition.</summary>
    public void BeginSnapshot()
    {
        foreach (StreamPartition partition in Partitions)
        {
            partition.BeginSnapshot(Address);
        }
    }

    /// <summary>Takes what is left of the snapshot under way.</summary>
    public List<byte[]> FinishSnapshot(int budgetBytes = 4096)
    {
        List<byte[]> chunks = [];
        foreach (StreamPartition partition in Partitions)
        {
            ArrayBufferWriter<byte> chunk = new();
            while (partition.SaveNext(chunk, budgetBytes))
            {
                chunks.Add(chunk.WrittenSpan.ToArray());
                chunk.ResetWrittenCount();
            }
        }

        return chunks;
    }

    public void Load(IEnumerable<byte[]> chunks)
    {
        foreach (byte[] chunk in chunks)
        {
            foreach (StreamPartition partition in Partitions)
            {
                partition.Load(chunk);
            }
        }
    }

    /// <summary>Takes over time from the harness that made a snapshot.</summary>
    public void TakeTimeFrom(PartitionHarness other)
    {
        Address = other.Address;
        Watermark = other.Watermark;
        foreach ((string producer, long progress) in other._progress)
        {
            _progress[producer] = progress;
        }
    }

    public void Dispose()
    {
        foreach (StreamPartition partition in Partitions)
        {
            partition.Dispose();
        }

        foreach (PartitionMemory memory in _memories)
        {
            // The last word on leaks: everything rented was returned.
            Assert.Equal(0, memory.Heap.RentedBytes);
            memory.Dispose();
        }

        NativeMemory.AlignedFree(_block);
        NativeMemory.AlignedFree(_rows);
    }

    /// <summary>Puts the frame's columns into aligned memory.</summary>
    public FrameColumns Lay(TestFrame frame)
    {
        ulong* keys = (ulong*)_block;
        long* times = (long*)(_block + (MaxRows * 8));
        frame.Keys.CopyTo(new Span<ulong>(keys, frame.Count));
        frame.Times.CopyTo(new Span<long>(times, frame.Count));
        double** fields = (double**)(_block + ((_stream.Fields.Length + 3) * MaxRows * 8));
        for (int i = 0; i < frame.Fields.Length; i++)
        {
            double* column = (double*)(_block + ((2 + i) * MaxRows * 8));
            frame.Fields[i]?.CopyTo(new Span<double>(column, frame.Count));
            fields[i] = frame.Fields[i] is null ? null : column;
        }

        bool ascending = true;
        for (int i = 1; i < frame.Count; i++)
        {
            ascending &= frame.Times[i] >= frame.Times[i - 1];
        }

        return new FrameColumns
        {
            Count = frame.Count,
            Times = times,
            Keys = keys,
            Fields = fields,
            FieldCount = frame.Fields.Length,
            MinTime = frame.Count == 0 ? 0 : frame.Times.Min(),
            MaxTime = frame.Count == 0 ? 0 : frame.Times.Max(),
            TimesAscending = ascending,
        };
    }

    /// <summary>Indexes of the records whose keys partition p owns.</summary>
    public ReadOnlySpan<ushort> RowsOf(TestFrame frame, int p)
    {
        int count = 0;
        for (int i = 0; i < frame.Count; i++)
        {
            if (Partitions[p].Slots.Contains(SlotHash.SlotOf(frame.Keys[i])))
            {
                _rows[count++] = (ushort)i;
            }
        }

        return new ReadOnlySpan<ushort>(_rows, count);
    }

    private List<ResultRow> Join(List<ResultSlice> slices)
    {
        List<ResultRow> rows = [];
        foreach (var window in slices.GroupBy(s => (s.CauseAddress, s.ViewId, s.WindowStart)).OrderBy(g => g.Key))
        {
            (long cause, uint view, long start) = window.Key;
            if (window.First().IsPartial)
            {
                using OverAllMerge merge = new(_views.Single(v => v.Id == view), _stream);
                double[] values = new double[merge.ValueCount];
                foreach (ResultSlice slice in window)
                {
                    merge.Add(slice);
                }

                rows.Add(ResultRow.Of(cause, view, start, 0, merge.Finish(values), values));
                continue;
            }

            foreach (ResultSlice slice in window)
            {
                for (int row = 0; row < slice.RowCount; row++)
                {
                    rows.Add(ResultRow.Of(
                        cause, view, start, slice.Keys[row], slice.Counts[row], slice.ValuesOf(row)));
                }
            }
        }

        return rows;
    }
}
