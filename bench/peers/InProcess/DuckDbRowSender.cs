using DuckDB.NET.Data;
using FastStream.Peers.Running;

namespace FastStream.Peers.InProcess;

/// <summary>What DuckDB.NET's documentation shows: an appender, a row, a call for each value.</summary>
internal sealed class DuckDbRowSender(DuckDBConnection connection, PreparedRecords records) : IBatchSender
{
    public void Send(int batch)
    {
        ReadOnlySpan<ulong> keys = records.KeysOf(batch);
        ReadOnlySpan<long> times = records.TimesOf(batch);
        ReadOnlySpan<double> values = records.ValuesOf(batch);
        using DuckDBAppender appender = connection.CreateAppender("records");
        for (int i = 0; i < keys.Length; i++)
        {
            appender.CreateRow().AppendValue(keys[i]).AppendValue(times[i]).AppendValue(values[i]).EndRow();
        }
    }

    public void Dispose()
    {
    }
}
