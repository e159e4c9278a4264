using FastStream.Engine.Journal;

namespace FastStream.Engine.Results;

/// <summary>Reads one view's pieces from a range of the results log, entry by entry. For one thread.</summary>
internal sealed class ResultLogReader : IDisposable
{
    private readonly IEntryLog _log;
    private readonly ResultsView _view;
    private readonly IEntryScanner _scanner;
    private byte[] _scratch = [];

    /// <param name="log">The results log.</param>
    /// <param name="view">The view wanted.</param>
    /// <param name="from">An entry's address or end; 0 = the log's beginning.</param>
    /// <param name="to">An address below which everything is durable.</param>
    internal ResultLogReader(IEntryLog log, ResultsView view, long from, long to)
    {
        _log = log;
        _view = view;
        _scanner = log.Scan(Math.Max(from, from == 0 ? log.BeginAddress : 0), to);
    }

    /// <summary>End of the last entry passed.</summary>
    internal long NextAddress => _scanner.NextAddress;

    /// <summary>Set when reading ended because retention removed what came next.</summary>
    internal bool IsCutByRetention { get; private set; }

    /// <summary>Passes one entry; the piece is null when the entry is not of the view. False at the end.</summary>
    /// <exception cref="JournalDamagedException">The log is not sound.</exception>
    internal bool TryReadNext(out WindowResultPiece? piece)
    {
        piece = null;
        try
        {
            if (!_scanner.MoveNext(out long address, out EntryHeader header, out ReadOnlySpan<byte> payload))
            {
                return false;
            }

            if (header.Kind == EntryKind.Results
                && header.StreamId == _view.StreamId
                && header.ProducerId == _view.ViewId)
            {
                ResultRows rows = ResultRows.Open(address, in header, payload, ref _scratch);
                piece = WindowResultPiece.Copy(_view, in rows, (int)header.SchemaId, address, _scanner.NextAddress);
            }

            return true;
        }
        catch (JournalDamagedException) when (_log.BeginAddress > _scanner.NextAddress)
        {
            IsCutByRetention = true;
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _scanner.Dispose();
}
