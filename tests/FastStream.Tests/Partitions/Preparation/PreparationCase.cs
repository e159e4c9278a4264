using FastStream.Engine.Definitions;
using FastStream.Engine.Partitions;
using FastStream.Engine.Partitions.Preparation;

namespace FastStream.Tests.Partitions.Preparation;

/// <summary>One frame of random values, some of its columns missing, and what the plan made of it.</summary>
internal sealed unsafe class PreparationCase : IDisposable
{
    private readonly TestColumns _memory = new();
    private readonly StreamDefinition _stream;
    private readonly PreparationPlan _plan;
    private readonly PreparationScratch _scratch = new(65_536);
    private readonly Sink _sink = new();
    private readonly double[][] _values;
    private readonly bool[] _sent;
    private readonly ushort[] _room = new ushort[65_536];
    private readonly FrameColumns _columns;

    public PreparationCase(Random random, StreamDefinition stream, int count, double specialShare)
    {
        _stream = stream;
        _plan = PreparationPlan.Compile(stream);
        int fields = stream.Fields.Length;
        _sent = [.. stream.Fields.Select(f => !stream.IsComputed(f) && random.Next(5) > 0)];
        _values = [.. stream.Fields.Select(_ => TestColumns.Values(random, count, specialShare))];
        double** table = (double**)_memory.Allocate<nint>(fields);
        for (int i = 0; i < fields; i++)
        {
            table[i] = _sent[i] ? _memory.Copy(_values[i]) : null;
        }

        _columns = new FrameColumns { Count = count, Fields = table, FieldCount = fields };
    }

    public void Check(ushort[] rows, bool inPlace, string where)
    {
        List<ushort> expected = [];
        SortedDictionary<int, List<ushort>> refused = [];
        Dictionary<ushort, double[]> records = [];
        foreach (ushort row in rows)
        {
            double[] values = [.. _values.Select(v => v[row])];
            int rule = NaivePreparation.Run(_stream, values, _sent);
            records[row] = values;
            if (rule < 0)
            {
                expected.Add(row);
            }
            else if (refused.TryGetValue(rule, out List<ushort>? list))
            {
                list.Add(row);
            }
            else
            {
                refused[rule] = [row];
            }
        }

        (List<ushort> accepted, FrameColumns prepared) = Run(rows, inPlace);
        Assert.True(expected.SequenceEqual(accepted), where);
        Assert.True(refused.Keys.SequenceEqual(_sink.Refused.Keys), where);
        Assert.True(refused.All(r => r.Value.SequenceEqual(_sink.Refused[r.Key].Order())), where);
        for (int field = 0; field < _stream.Fields.Length; field++)
        {
            double* column = prepared.Field(field);
            foreach (ushort row in accepted)
            {
                double want = records[row][field];
                double got = column == null ? double.NaN : column[row];
                Assert.True(
                    want.Equals(got) && (double.IsNaN(want) || double.IsNegative(want) == double.IsNegative(got)),
                    $"{where}: field {field} row {row}: {want:R} expected, {got:R} prepared");
            }

            Assert.True(
                !_sent[field] || new ReadOnlySpan<double>(_columns.Field(field), _columns.Count)
                    .SequenceEqual(_values[field]),
                $"{where}: the frame's column {field} was written");
        }
    }

    public (List<ushort> Accepted, FrameColumns Prepared) Run(ushort[] rows, bool inPlace)
    {
        _sink.Refused.Clear();
        _room.AsSpan().Fill(ushort.MaxValue);
        if (inPlace)
        {
            rows.CopyTo(_room, 0);
        }

        ReadOnlySpan<ushort> given = inPlace ? _room.AsSpan(0, rows.Length) : rows;
        ReadOnlySpan<ushort> kept = _plan.Run(_columns, given, _room, _scratch, _sink, out FrameColumns prepared);
        return ([.. kept], prepared);
    }

    public void RunBare(ushort[] rows)
    {
        _sink.Silent = true;
        _plan.Run(_columns, rows, _room, _scratch, _sink, out _);
    }

    public void Dispose() => _memory.Dispose();

    internal sealed class Sink : IRefusalSink
    {
        public SortedDictionary<int, List<ushort>> Refused { get; } = [];

        public bool Silent { get; set; }

        public void Refuse(int ruleOrdinal, ReadOnlySpan<ushort> rows)
        {
            if (Silent)
            {
                return;
            }

            if (!Refused.TryGetValue(ruleOrdinal, out List<ushort>? list))
            {
                Refused[ruleOrdinal] = list = [];
            }

            list.AddRange(rows);
        }
    }
}
