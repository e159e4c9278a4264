using FastStream.Peers.Running;

namespace FastStream.Peers.InProcess;

/// <summary>
/// Checks tables: every key's row of one pass before the clock starts, which also warms up the code, and the totals of
/// all closed windows after it.
/// </summary>
internal static class TableCheck
{
    public static void RequireOnePass(IWindowTable table, PreparedRecords records)
    {
        WindowedTable windowed = new(table, records);
        AckedBatches acked = new(records);
        Dictionary<ulong, (double Min, double Max)> ends = [];
        for (int batch = 0; batch < records.BatchCount; batch++)
        {
            windowed.Add(batch, pass: 0);
            acked.Add(batch);
        }

        for (int i = 0; i < records.Keys.Length; i++)
        {
            double value = records.Values[i];
            (double min, double max) = ends.GetValueOrDefault(records.Keys[i], (value, value));
            ends[records.Keys[i]] = (Math.Min(min, value), Math.Max(max, value));
        }

        IReadOnlyList<WindowRow> rows = windowed.Close();
        acked.Check(rows.Select(row => (row.Key, new KeyTotal(row.Cell.Count, row.Cell.Sum))));
        foreach (WindowRow row in rows)
        {
            Require.Equal(ends[row.Key], (row.Cell.Min, row.Cell.Max), $"min and max of key {row.Key}");
        }
    }

    /// <summary>Closes the last window, off the clock, and compares what came out with what went in.</summary>
    public static Measurement Finish(
        WindowedTable windowed, AckedBatches acked, PreparedRecords records, double seconds, LatencyHistogram latencies)
    {
        long closedOnTheClock = windowed.ClosedCount;
        windowed.Close();
        KeyTotal expected = new(acked.RecordCount, acked.Totals().Sum(key => key.Value.Sum));
        Require.Equal(expected, windowed.Emitted, "count and sum of all windows");
        return new Measurement(
            acked.RecordCount,
            acked.RecordCount * PeerLoad.RecordBytes,
            seconds,
            latencies,
            records.BatchRecords,
            $"count, sum, min, max; {closedOnTheClock:N0} windows closed; one thread");
    }
}
