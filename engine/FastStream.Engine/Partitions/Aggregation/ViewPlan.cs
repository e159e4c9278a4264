using FastStream.Engine.Definitions;
using FastStream.Engine.Partitions.Aggregation.States;

namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>
/// A view made ready to run: which states stand where in a cell, and which aggregate reads which. Immutable.
/// </summary>
internal sealed unsafe class ViewPlan
{
    private const int LineBytes = 64;
    private readonly Aggregate[] _aggregates;
    private readonly int[] _offsets;
    private readonly StatePlace[] _states;

    /// <param name="view">A validated view.</param>
    /// <param name="stream">Its stream.</param>
    public ViewPlan(ViewDefinition view, StreamDefinition stream)
    {
        View = view;
        SizeNs = view.Window.SizeNs;
        LatenessNs = view.LatenessNs;
        KeysAreSlots = view.GroupBy == GroupBy.All;
        _aggregates = new Aggregate[view.Aggregates.Length];
        _offsets = new int[view.Aggregates.Length];
        List<StatePlace> states = [];
        for (int i = 0; i < _aggregates.Length; i++)
        {
            AggregateDefinition definition = view.Aggregates[i];
            _aggregates[i] = AggregateCatalog.Create(definition);
            int field = definition.Field is null ? -1 : stream.OrdinalOf(definition.Field);
            _offsets[i] = PlaceOf(states, _aggregates[i].State, field);
        }

        _states = [.. states];
        CellBytes = RoundUp(EndOf(states));
        OneField = OneFieldPlan.For(states);
        HasVariableParts = states.Exists(s => s.State.HasVariablePart);
        Signature = SignatureOf(states);
    }

    /// <summary>The definition.</summary>
    public ViewDefinition View { get; }

    /// <summary>Length of a window.</summary>
    public long SizeNs { get; }

    /// <summary>How long after its end a window stays open.</summary>
    public long LatenessNs { get; }

    /// <summary>True for a view over all keys: cells are the slots.</summary>
    public bool KeysAreSlots { get; }

    /// <summary>The states of a cell, by offset.</summary>
    public ReadOnlySpan<StatePlace> States => _states;

    /// <summary>Bytes of a cell.</summary>
    public int CellBytes { get; }

    /// <summary>How tables keep the cells, if all states are of one field and have such a form; else null.</summary>
    public OneFieldPlan? OneField { get; }

    /// <summary>Bytes of a cell in a table.</summary>
    public int TableCellBytes => OneField is null ? CellBytes : sizeof(FieldCell);

    /// <summary>True when cells must be released one by one.</summary>
    public bool HasVariableParts { get; }

    /// <summary>Hash of the names, fields and order of the states: saved rows of another make are refused.</summary>
    public ulong Signature { get; }

    /// <summary>Aggregates of the view.</summary>
    public int ValueCount => _aggregates.Length;

    /// <summary>Makes an empty cell.</summary>
    public void InitCell(byte* cell, ulong key)
    {
        *(CellHead*)cell = new CellHead { Key = key };
        foreach (StatePlace place in _states)
        {
            place.State.Init(cell + place.Offset);
        }
    }

    /// <summary>The cell's results, one an aggregate: never -0, and one bit pattern for NaN.</summary>
    public void Evaluate(byte* cell, Span<double> values)
    {
        for (int i = 0; i < _aggregates.Length; i++)
        {
            double result = _aggregates[i].Result(cell + _offsets[i], ((CellHead*)cell)->RecordCount);
            values[i] = double.IsNaN(result) ? double.NaN : result == 0 ? 0 : result;
        }
    }

    /// <summary>Adds one cell's states and count to another's.</summary>
    public void MergeCell(byte* into, byte* from, PartitionHeap heap)
    {
        ((CellHead*)into)->RecordCount += ((CellHead*)from)->RecordCount;
        foreach (StatePlace place in _states)
        {
            place.State.Merge(into + place.Offset, from + place.Offset, heap);
        }
    }

    /// <summary>Writes count and states (not the key).</summary>
    public void WriteCell(byte* cell, ByteSink sink)
    {
        sink.Append(((CellHead*)cell)->RecordCount);
        foreach (StatePlace place in _states)
        {
            place.State.Write(cell + place.Offset, sink);
        }
    }

    /// <summary>Reads what <see cref="WriteCell"/> wrote into an initialised cell.</summary>
    public void ReadCell(byte* cell, ref ByteSource source, PartitionHeap heap)
    {
        ((CellHead*)cell)->RecordCount = source.Read<long>();
        foreach (StatePlace place in _states)
        {
            place.State.Read(cell + place.Offset, ref source, heap);
        }
    }

    /// <summary>Gives back the variable parts.</summary>
    public void ReleaseCell(byte* cell, PartitionHeap heap)
    {
        foreach (StatePlace place in _states)
        {
            place.State.Release(cell + place.Offset, heap);
        }
    }

    private static int PlaceOf(List<StatePlace> states, AggregateState? state, int field)
    {
        if (state is null)
        {
            return 0;
        }

        foreach (StatePlace place in states)
        {
            if (ReferenceEquals(place.State, state) && place.Field == field)
            {
                return place.Offset;
            }
        }

        int offset = EndOf(states);
        states.Add(new StatePlace(state, field, offset));
        return offset;
    }

    private static int EndOf(List<StatePlace> states) =>
        states.Count == 0 ? sizeof(CellHead) : states[^1].Offset + states[^1].State.Bytes;

    // A cell of up to a cache line never straddles two; larger ones start at half a line.
    private static int RoundUp(int bytes)
    {
        if (bytes > LineBytes)
        {
            return (bytes + (LineBytes / 2) - 1) & -(LineBytes / 2);
        }

        return bytes <= LineBytes / 4 ? LineBytes / 4 : bytes <= LineBytes / 2 ? LineBytes / 2 : LineBytes;
    }

    private static ulong SignatureOf(List<StatePlace> states)
    {
        // FNV-1a over "name:field;" of each state.
        ulong hash = 0xCBF2_9CE4_8422_2325;
        foreach (StatePlace place in states)
        {
            foreach (char c in $"{place.State.Name}:{place.Field};")
            {
                hash = (hash ^ c) * 0x0000_0100_0000_01B3;
            }
        }

        return hash;
    }
}
