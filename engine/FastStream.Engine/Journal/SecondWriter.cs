namespace FastStream.Engine.Journal;

/// <summary>A thread that does one prepared write while the I/O thread does another.</summary>
/// <remarks>
/// Owner: the I/O thread, which begins and ends; what is written and what came of it passes by the two events. The
/// thread starts with the first write: most engines have none for it.
/// </remarks>
internal sealed class SecondWriter : IDisposable
{
    private readonly AutoResetEvent _begun = new(initialState: false);
    private readonly AutoResetEvent _ended = new(initialState: false);
    private Thread? _thread;
    private WriteOperation _operation; // the I/O thread before _begun, the thread until _ended
    private int _error;
    private bool _stopping;

    /// <summary>Begins a write; <see cref="End"/> must follow.</summary>
    internal void Begin(in WriteOperation operation)
    {
        _operation = operation;
        if (_thread is null)
        {
            _thread = new Thread(Run) { Name = "faststream-log-io-2", IsBackground = true };
            _thread.Start();
        }

        _begun.Set();
    }

    /// <summary>Waits for the write; its error.</summary>
    internal int End()
    {
        _ended.WaitOne();
        return _error;
    }

    /// <summary>Once the I/O thread has ended.</summary>
    public void Dispose()
    {
        _stopping = true;
        _begun.Set();
        _thread?.Join();
        _begun.Dispose();
        _ended.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            _begun.WaitOne();
            if (_stopping)
            {
                return;
            }

            _error = DurableDevice.Write(_operation);
            _operation = default;
            _ended.Set();
        }
    }
}
