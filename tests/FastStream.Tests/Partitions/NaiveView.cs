using FastStream.Engine.Definitions;

namespace FastStream.Tests.Partitions;

/// <summary>
/// What a view must give, from a dictionary of lists: slow, plain, and without a line in common with the engine.
/// Data hold integers, so that every order of summing gives the same sums.
/// </summary>
internal sealed class NaiveView(StreamDefinition stream, ViewDefinition view)
{
    private readonly Dictionary<(long Start, ulong Key), List<(long Time, double[] Values)>> _cells = [];
    private readonly Dictionary<string, long> _progress = [];

    public long Late { get; private set; }

    public long Applied { get; private set; }

    public void Apply(TestFrame frame)
    {
        long progress = _progress.GetValueOrDefault(frame.Producer, long.MinValue);
        for (int i = 0; i < frame.Count; i++)
        {
            long size = view.Window.SizeNs;
            long start = (long)Math.Floor((decimal)frame.Times[i] / size) * size;
            if (start + size + view.LatenessNs <= progress)
            {
                Late++;
            }
            else
            {
                Applied++;
                (long, ulong) at = (start, view.GroupBy == GroupBy.All ? 0 : frame.Keys[i]);
                if (!_cells.TryGetValue(at, out List<(long, double[])>? records))
                {
                    _cells.Add(at, records = []);
                }

                records.Add((frame.Times[i], [.. frame.Fields.Select(f => f is null ? double.NaN : f[i])]));
            }

            progress = Math.Max(progress, frame.Times[i]);
        }

        _progress[frame.Producer] = progress;
    }

    /// <summary>All rows as (start, key, count, values).</summary>
    public IEnumerable<(long Start, ulong Key, long Count, double[] Values)> Rows() =>
        from cell in _cells
        orderby cell.Key
        select (cell.Key.Start, cell.Key.Key, (long)cell.Value.Count,
            view.Aggregates.Select(a => Result(a, cell.Value)).ToArray());

    private double Result(AggregateDefinition aggregate, List<(long Time, double[] Values)> records)
    {
        if (aggregate.Field is null)
        {
            return records.Count;
        }

        int field = stream.OrdinalOf(aggregate.Field);
        (long Time, double Value)[] present =
            [.. records.Select(r => (r.Time, Value: r.Values[field])).Where(r => !double.IsNaN(r.Value))];
        double[] values = [.. present.Select(r => r.Value).Order()];
        int n = values.Length;
        if (aggregate.Kind == AggregateNames.Count)
        {
            return n;
        }

        if (n == 0)
        {
            return double.NaN;
        }

        return aggregate.Kind switch
        {
            AggregateNames.Sum => values.Sum(),
            AggregateNames.Min => values[0],
            AggregateNames.Max => values[^1],
            AggregateNames.Mean => values.Sum() / n,
            AggregateNames.VarPop => Variance(values, n),
            AggregateNames.Variance => n == 1 ? double.NaN : Variance(values, n - 1),
            AggregateNames.StdDevPop => Math.Sqrt(Variance(values, n)),
            AggregateNames.StdDev => n == 1 ? double.NaN : Math.Sqrt(Variance(values, n - 1)),
            AggregateNames.First => present.Min().Value,
            AggregateNames.Last => present.Max().Value,
            AggregateNames.Quantile => values[Math.Max(1, (int)Math.Ceiling((decimal)aggregate.Parameter * n)) - 1],
            _ => throw new NotSupportedException(aggregate.Kind),
        };
    }

    // Exact in decimals: n * sum of squares - square of the sum, divided once.
    private static double Variance(double[] values, long divisor)
    {
        decimal sum = values.Sum(v => (decimal)v);
        decimal squares = values.Sum(v => (decimal)v * (decimal)v);
        return (double)(((values.Length * squares) - (sum * sum)) / ((decimal)values.Length * divisor));
    }
}
