using DuckDB.NET.Data;
using DuckDB.NET.Native;
using FastStream.Peers.Running;

namespace FastStream.Peers.InProcess;

/// <summary>Copies columns into DuckDB's own vectors, 2,048 values at a time, and appends those.</summary>
internal sealed unsafe class DuckDbChunkSender : IBatchSender
{
    private const int VectorRecords = 2_048; // STANDARD_VECTOR_SIZE of every DuckDB build
    private readonly DuckDBNativeConnection _connection;
    private readonly PreparedRecords _records;
    private readonly DuckDBLogicalType[] _types;
    private readonly DuckDBDataChunk _chunk;

    public DuckDbChunkSender(DuckDBConnection connection, PreparedRecords records)
    {
        _connection = connection.NativeConnection;
        _records = records;
        _types =
        [
            NativeMethods.LogicalType.DuckDBCreateLogicalType(DuckDBType.UnsignedBigInt),
            NativeMethods.LogicalType.DuckDBCreateLogicalType(DuckDBType.BigInt),
            NativeMethods.LogicalType.DuckDBCreateLogicalType(DuckDBType.Double),
        ];
        _chunk = NativeMethods.DataChunks.DuckDBCreateDataChunk([.. _types.Select(type => type.DangerousGetHandle())], (ulong)_types.Length);
    }

    public void Send(int batch)
    {
        Require.Equal(
            DuckDBState.Success,
            NativeMethods.Appender.DuckDBAppenderCreate(_connection, null!, "records", out DuckDB.NET.Native.DuckDBAppender appender),
            "appender");
        using (appender)
        {
            for (int at = 0; at < _records.BatchRecords; at += VectorRecords)
            {
                int count = Math.Min(VectorRecords, _records.BatchRecords - at);
                NativeMethods.DataChunks.DuckDBDataChunkReset(_chunk);
                _records.KeysOf(batch).Slice(at, count).CopyTo(Vector<ulong>(0));
                _records.TimesOf(batch).Slice(at, count).CopyTo(Vector<long>(1));
                _records.ValuesOf(batch).Slice(at, count).CopyTo(Vector<double>(2));
                NativeMethods.DataChunks.DuckDBDataChunkSetSize(_chunk, (ulong)count);
                Require.Equal(DuckDBState.Success, NativeMethods.Appender.DuckDBAppendDataChunk(appender, _chunk), "chunk");
            }

            Require.Equal(DuckDBState.Success, NativeMethods.Appender.DuckDBAppenderClose(appender), "commit");
        }
    }

    public void Dispose()
    {
        _chunk.Dispose();
        Array.ForEach(_types, type => type.Dispose());
    }

    // SAFETY: a vector of a data chunk has room for VectorRecords values of its type, and lives as long as the chunk.
    private Span<T> Vector<T>(int column) => new(
        NativeMethods.Vectors.DuckDBVectorGetData(NativeMethods.DataChunks.DuckDBDataChunkGetVector(_chunk, column)), VectorRecords);
}
