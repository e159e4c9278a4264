using System.Globalization;
using DuckDB.NET.Data;
using FastStream.TestKit.Model;

namespace FastStream.TestKit.Oracle;

/// <summary>
/// Windows as a database computes them, from the same rows: late by definition (a window function over the earlier
/// rows of the same producer), sums in whole numbers, everything divided at the end. It knows nothing of frames,
/// partitions or watermarks. The values must be whole numbers.
/// </summary>
internal sealed class DuckDbOracle : IDisposable
{
    private readonly DuckDBConnection _connection = new("DataSource=:memory:");

    /// <summary>An empty table of rows, in memory.</summary>
    public DuckDbOracle()
    {
        _connection.Open();
        Execute("CREATE TABLE rows (producer VARCHAR, place BIGINT, key VARCHAR, t BIGINT, v BIGINT)");
    }

    /// <summary>Adds rows; their order is the order in which their producer sends them.</summary>
    public void Add(IEnumerable<OracleRecord> records)
    {
        using DuckDBAppender appender = _connection.CreateAppender("rows");
        long place = Scalar("SELECT coalesce(max(place), 0) FROM rows");
        foreach (OracleRecord record in records)
        {
            IDuckDBAppenderRow row = appender.CreateRow();
            row.AppendValue(record.Producer).AppendValue(++place).AppendValue(record.Key).AppendValue(record.TimeNs);
            (record.Value is { } value ? row.AppendValue(value) : row.AppendNullValue()).EndRow();
        }
    }

    /// <summary>How many rows are late for their window.</summary>
    public long CountLate(long sizeNs, long latenessNs) =>
        Scalar($"{JudgedRows(sizeNs, latenessNs)} SELECT count(*) FROM judged WHERE late");

    /// <summary>
    /// The windows of all rows that are not late, by key. Aggregates of the records (count) or of the one value.
    /// </summary>
    public IReadOnlyList<WindowRow> Windows(long sizeNs, long latenessNs, IReadOnlyList<ModelAggregate> aggregates)
    {
        string columns = string.Join(", ", aggregates.Select(Expression));
        string sql = $"""
            {JudgedRows(sizeNs, latenessNs)},
            cells AS (
                SELECT start_ns, key, count(*) AS records, count(v) AS n, sum(v) AS s1, sum(v::HUGEINT * v) AS s2,
                    min(v) AS lowest, max(v) AS highest,
                    arg_min(v, (t, v)) AS earliest, arg_max(v, (t, v)) AS latest,
                    list_sort(list(v) FILTER (v IS NOT NULL)) AS sorted
                FROM judged WHERE NOT late GROUP BY start_ns, key)
            SELECT start_ns, key, {columns} FROM cells
            """;
        using DuckDBCommand command = Command(sql);
        using DuckDBDataReader reader = command.ExecuteReader();
        List<WindowRow> rows = [];
        while (reader.Read())
        {
            double[] values = new double[aggregates.Count];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = reader.IsDBNull(i + 2)
                    ? double.NaN
                    : Convert.ToDouble(reader.GetValue(i + 2), CultureInfo.InvariantCulture);
            }

            rows.Add(new WindowRow(reader.GetInt64(0), reader.GetString(1), values));
        }

        return rows;
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    // before = the highest event time among earlier rows of the same producer: the definition of progress.
    private static string JudgedRows(long sizeNs, long latenessNs) => $"""
        WITH stepped AS (
            SELECT *, t - (((t % {sizeNs}) + {sizeNs}) % {sizeNs}) AS start_ns, max(t) OVER (
                PARTITION BY producer ORDER BY place
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
            FROM rows),
        judged AS (SELECT *, coalesce(start_ns + {sizeNs} + {latenessNs} <= before, FALSE) AS late FROM stepped)
        """;

    // Whole numbers up to the one division; n * s2 - s1 * s1 is exact in 128 bits.
    private static string Expression(ModelAggregate aggregate)
    {
        const string Spread = "(n::HUGEINT * s2 - s1 * s1)::DOUBLE";
        return aggregate.Kind switch
        {
            ModelAggregateKind.Count => aggregate.Field < 0 ? "records" : "n",
            ModelAggregateKind.Sum => "s1::DOUBLE",
            ModelAggregateKind.Min => "lowest",
            ModelAggregateKind.Max => "highest",
            ModelAggregateKind.Mean => "s1::DOUBLE / n",
            ModelAggregateKind.VariancePopulation => $"{Spread} / n / n",
            ModelAggregateKind.VarianceSample => $"CASE WHEN n > 1 THEN {Spread} / n / (n - 1) END",
            ModelAggregateKind.DeviationPopulation => $"sqrt({Spread} / n / n)",
            ModelAggregateKind.DeviationSample => $"CASE WHEN n > 1 THEN sqrt({Spread} / n / (n - 1)) END",
            ModelAggregateKind.First => "earliest",
            ModelAggregateKind.Last => "latest",
            ModelAggregateKind.Quantile => string.Create(
                CultureInfo.InvariantCulture, $"sorted[greatest(1, ceil({aggregate.Parameter:R}::DOUBLE * n))::INT]"),
            _ => throw new ArgumentOutOfRangeException(nameof(aggregate), aggregate, "no SQL for it"),
        };
    }

    private long Scalar(string sql)
    {
        using DuckDBCommand command = Command(sql);
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private void Execute(string sql)
    {
        using DuckDBCommand command = Command(sql);
        command.ExecuteNonQuery();
    }

    private DuckDBCommand Command(string sql)
    {
        DuckDBCommand command = _connection.CreateCommand();
#pragma warning disable CA2100 // Numbers and names of this class only; no text from outside.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }
}
