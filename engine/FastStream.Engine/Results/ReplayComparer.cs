using FastStream.Engine.Journal;

namespace FastStream.Engine.Results;

/// <summary>
/// Compares what a replay gives with what the results log holds, entry by entry, byte by byte: a free proof at each
/// start that the engine still computes what it once did.
/// </summary>
/// <remarks>
/// Results are appended only when their cause is durable in the journal, so the log never holds more than a replay of
/// the recovered journal gives. It may hold less at its end (a tail that was not flushed), which is then appended, and
/// less at its beginning when retention cut it. For the results thread, from open to the end of the replay.
/// </remarks>
internal sealed class ReplayComparer : IDisposable
{
    private readonly IEntryScanner _scanner;
    private readonly bool _isCutAtBegin;
    private byte[] _scratch = [];
    private long _address;
    private EntryHeader _header;
    private byte[] _logged = [];
    private int _loggedBytes;
    private bool _isFirst = true;

    /// <param name="log">The results log.</param>
    /// <param name="fromAddress">Where to begin: the first entry whose cause the replay gives again.</param>
    /// <param name="isCutAtBegin">Retention removed entries before that one.</param>
    internal ReplayComparer(IEntryLog log, long fromAddress, bool isCutAtBegin)
    {
        _isCutAtBegin = isCutAtBegin;
        _scanner = log.Scan(fromAddress, log.TailAddress);
        Step();
    }

    /// <summary>True once the log has nothing left to compare with.</summary>
    internal bool IsAtEnd { get; private set; }

    /// <summary>Entries found equal.</summary>
    internal long ComparedCount { get; private set; }

    /// <summary>
    /// True when the log has this entry (the entry then knows its address), or had it before retention; false when
    /// the log ends before it. A difference sets <paramref name="fault"/>.
    /// </summary>
    internal bool TryCompare(ResultEntry entry, out ResultsFault? fault)
    {
        fault = null;
        if (IsAtEnd)
        {
            return false;
        }

        if (_isCutAtBegin && _isFirst && IsBefore(entry))
        {
            entry.SetAddress(-1, -1, wasInLog: true);
            return true;
        }

        _isFirst = false;
        if (!entry.Equals(in _header, _logged.AsSpan(0, _loggedBytes)))
        {
            fault = Differs($"gave {entry.Window}, entry {entry.Ordinal} of {entry.RowCount} rows");
            return false;
        }

        long address = _address;
        long endAddress = _scanner.NextAddress;
        entry.SetAddress(address, endAddress, wasInLog: true);
        ComparedCount++;
        Step();
        return true;
    }

    /// <summary>The replay is complete: a rest in the log is a difference too.</summary>
    internal ResultsFault? Complete() => IsAtEnd ? null : Differs("gave nothing more");

    /// <inheritdoc/>
    public void Dispose() => _scanner.Dispose();

    private bool IsBefore(ResultEntry entry) =>
        (entry.Window.CauseAddress, entry.Ordinal).CompareTo(((long)_header.Epoch, (long)_header.FrameSequence)) < 0;

    private ResultsFault Differs(string what) => new(
        _address,
        IsDamage: true,
        $"The replay gave another result than the results log holds at address {_address} (view {_header.ProducerId} "
        + $"of stream {_header.StreamId}, journal address {_header.Epoch}, entry {_header.FrameSequence}): it {what}. "
        + "Keep the folder and open it with the version that wrote it.");

    private void Step()
    {
        while (_scanner.MoveNext(out _address, out _header, out ReadOnlySpan<byte> payload))
        {
            if (_header.Kind == EntryKind.Results)
            {
                ResultRows rows = ResultRows.Open(_address, in _header, payload, ref _scratch);
                if (_logged.Length < rows.Raw.Length)
                {
                    _logged = new byte[ResultEntryLayout.MaxRawBytes];
                }

                rows.Raw.CopyTo(_logged);
                _loggedBytes = rows.Raw.Length;
                return;
            }
        }

        IsAtEnd = true;
    }
}
