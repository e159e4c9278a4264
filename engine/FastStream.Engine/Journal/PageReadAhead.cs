using System.Runtime.InteropServices;

namespace FastStream.Engine.Journal;

/// <summary>
/// Reads a range of a log page by page on threads of its own, some pages before they are asked for: the disk works
/// while entries are checked and applied.
/// </summary>
/// <remarks>
/// Threads: one consumer, whose page stays valid until it asks for a later one; <see cref="ReaderCount"/> readers, so
/// that the next read is with the disk when one returns. All state is guarded by the lock, a page's bytes by its place
/// in the ring: a reader owns the places it has taken, the consumer the page it was given.
/// </remarks>
internal sealed unsafe class PageReadAhead : IDisposable
{
    private const int ReaderCount = 2;
    private const int PlaceCount = 4;

    private readonly Lock _lock = new();
    private readonly ManualResetEventSlim _hasFilled = new();
    private readonly SemaphoreSlim _free = new(PlaceCount);
    private readonly LogGeometry _geometry;
    private readonly bool _direct;
    private readonly long _from;
    private readonly long _limit;
    private readonly Thread[] _readers;
    private readonly Place[] _places = new Place[PlaceCount];
    private long _nextPage;    // taken by a reader next
    private long _currentPage; // the consumer's; before the first page, the one before it
    private volatile bool _isOver;

    /// <summary>Begins to read [from, limit), in whole blocks.</summary>
    internal PageReadAhead(LogGeometry geometry, bool direct, long from, long limit)
    {
        _geometry = geometry;
        _direct = direct;
        _from = from;
        _limit = limit;
        _nextPage = geometry.PageOf(from);
        _currentPage = _nextPage - 1;
        for (int i = 0; i < PlaceCount; i++)
        {
            byte* memory = (byte*)NativeMemory.AlignedAlloc((nuint)geometry.PageBytes, DurableFile.BlockBytes);
            _places[i] = new Place { Memory = memory, Page = -1 };
        }

        _readers = new Thread[ReaderCount];
        for (int i = 0; i < ReaderCount; i++)
        {
            _readers[i] = new Thread(Read) { Name = "faststream-read", IsBackground = true };
            _readers[i].Start();
        }
    }

    /// <summary>More than a page, and the files can be read by several threads.</summary>
    internal static bool IsWorthIt(LogGeometry geometry, long from, long limit) =>
        geometry.Files.TakesReaders && limit - from > geometry.PageBytes;

    /// <summary>Pages that were read.</summary>
    internal long PageCount { get; private set; }

    /// <summary>
    /// The page in which an address lies, waiting for it; what was given before is given up when it is another one.
    /// Holds [from, until) of the log, which is less than the page where its file ends or cannot be read.
    /// </summary>
    internal byte* PageOf(long address, out long from, out long until, out int error)
    {
        long page = _geometry.PageOf(address);
        for (; _currentPage < page; _currentPage++)
        {
            if (_currentPage >= _geometry.PageOf(_from))
            {
                _free.Release();
            }
        }

        ref Place place = ref _places[page % PlaceCount];
        while (true)
        {
            lock (_lock)
            {
                if (place.Page == page)
                {
                    from = place.From;
                    until = place.Until;
                    error = place.Error;
                    return place.Memory;
                }

                _hasFilled.Reset();
            }

            _hasFilled.Wait();
        }
    }

    public void Dispose()
    {
        if (_isOver)
        {
            return;
        }

        _isOver = true;
        _free.Release(ReaderCount);
        foreach (Thread reader in _readers)
        {
            reader.Join();
        }

        foreach (Place place in _places)
        {
            NativeMemory.AlignedFree(place.Memory);
        }

        _free.Dispose();
        _hasFilled.Dispose();
    }

    private void Read()
    {
        DurableFile? file = null;
        int segment = -1;
        int openError = 0;
        try
        {
            while (true)
            {
                _free.Wait();
                long page;
                lock (_lock)
                {
                    page = _nextPage++;
                }

                long from = Math.Max(page * _geometry.PageBytes, _from & ~(long)(DurableFile.BlockBytes - 1));
                long until = Math.Min((page + 1) * _geometry.PageBytes, LogGeometry.AlignToBlock(_limit));
                if (_isOver || from >= until)
                {
                    return;
                }

                if (segment != _geometry.SegmentOf(from))
                {
                    file?.Dispose();
                    segment = _geometry.SegmentOf(from);
                    file = _geometry.Files.OpenToRead(_geometry.SegmentPath(segment), _direct, out openError);
                }

                Fill(page, from, until, file, openError);
            }
        }
        finally
        {
            file?.Dispose();
        }
    }

    private void Fill(long page, long from, long until, DurableFile? file, int error)
    {
        ref Place place = ref _places[page % PlaceCount];
        int readBytes = 0;
        if (file is not null)
        {
            // The place is this thread's: the consumer has given up the page that was there before.
            error = file.Read(_geometry.OffsetInSegment(from), place.Memory, (int)(until - from), out readBytes);
        }

        lock (_lock)
        {
            place.Page = page;
            place.From = from;
            place.Until = from + readBytes;
            place.Error = error;
            PageCount++;
            _hasFilled.Set();
        }
    }

    private struct Place
    {
        public byte* Memory;
        public long Page; // -1 before the first
        public long From;
        public long Until;
        public int Error;
    }
}
