namespace FastStream.Cli.Sources;

/// <summary>
/// A source that may make its reader wait: a pipe, or a growing file (<c>--follow</c>). Before it waits it calls
/// <see cref="BeforeWaiting"/>, so that what was read is sent and not held back. A growing file is handed on in whole
/// lines only: its writer may be in the middle of one. One thread; <paramref name="stop"/> ends the waiting and the
/// stream.
/// </summary>
internal sealed class WaitingStream(Stream inner, FileStream? growingFile, CancellationToken stop) : Stream
{
    private static readonly TimeSpan s_pollEvery = TimeSpan.FromMilliseconds(100);

    private readonly byte[] _block = new byte[1 << 16];
    private readonly List<byte> _unfinishedLine = [];
    private ReadOnlyMemory<byte> _ready;

    /// <summary>Called on the reading thread before it may block.</summary>
    public Action? BeforeWaiting { get; set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        return Read(buffer.AsSpan(offset, count));
    }

    public override int Read(Span<byte> buffer)
    {
        if (growingFile is null)
        {
            BeforeWaiting?.Invoke();
            return stop.IsCancellationRequested ? 0 : inner.Read(buffer);
        }

        while (_ready.IsEmpty)
        {
            if (!TryFillWithLines())
            {
                return 0;
            }
        }

        int taken = Math.Min(buffer.Length, _ready.Length);
        _ready.Span[..taken].CopyTo(buffer);
        _ready = _ready[taken..];
        return taken;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        throw new NotSupportedException();
    }

    public override void SetLength(long value)
    {
        throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        throw new NotSupportedException();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>False when told to stop: a line that is not finished by then is left for the next run.</summary>
    private bool TryFillWithLines()
    {
        int read = inner.Read(_block);
        if (read == 0)
        {
            BeforeWaiting?.Invoke();
            if (growingFile!.Length < growingFile.Position)
            {
                throw new CommandFailure(ExitCode.Failed,
                    $"{growingFile.Name} became shorter while it was followed; send it as a new source with "
                        + "another --producer");
            }

            return !stop.WaitHandle.WaitOne(s_pollEvery);
        }

        int wholeLines = _block.AsSpan(0, read).LastIndexOf((byte)'\n') + 1;
        if (wholeLines == 0)
        {
            _unfinishedLine.AddRange(_block.AsSpan(0, read));
            return true;
        }

        byte[] ready = new byte[_unfinishedLine.Count + wholeLines];
        _unfinishedLine.CopyTo(ready);
        _block.AsSpan(0, wholeLines).CopyTo(ready.AsSpan(_unfinishedLine.Count));
        _unfinishedLine.Clear();
        _unfinishedLine.AddRange(_block.AsSpan(wholeLines, read - wholeLines));
        _ready = ready;
        return true;
    }
}
