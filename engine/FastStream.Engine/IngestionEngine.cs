using FastStream.Engine.Definitions;
using FastStream.Engine.Journal;
using FastStream.Engine.Monitoring;
using FastStream.Engine.Results;
using FastStream.Engine.Sequencing;
using FastStream.Engine.Sequencing.Commands;
using FastStream.Engine.Serving;

namespace FastStream.Engine;

/// <summary>
/// The engine inside your process: append records, get closed windows, ask questions. Everything it acks is on disk,
/// unless it is asked to be ephemeral.
/// </summary>
/// <remarks>
/// All members may be called from any thread. One engine per data folder; a second one is refused. Opening replays
/// what the newest snapshot does not hold (about a second per gigabyte); disposing drains and saves a snapshot.
/// </remarks>
public sealed class IngestionEngine : IAsyncDisposable, IDisposable
{
    private readonly Answers _answers;

    private IngestionEngine(EngineCore core)
    {
        Core = core;
        _answers = new Answers(core);
    }

    /// <summary>Frames that the data folder held when it was opened.</summary>
    public long RecoveredFrames => Core.RecoveredFrames;

    /// <summary>What was counted since the start; reading disturbs nothing.</summary>
    public EngineCounters Counters => Core.Counters;

    /// <summary>
    /// Fails when the engine has met a fault: nothing is acked from then on, and it must be reopened.
    /// </summary>
    public Task Faulted => Core.Faulted;

    internal EngineCore Core { get; }

    /// <summary>Opens the engine on its data folder and returns when it has recovered.</summary>
    /// <exception cref="ArgumentException">Options are at fault; the message lists all of them.</exception>
    /// <exception cref="DataFolderException">The folder is in use, of another version, or forgets.</exception>
    /// <exception cref="JournalDamagedException">Stored bytes are damaged; the message names the place.</exception>
    public static IngestionEngine Open(IngestionEngineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        IReadOnlyList<string> faults = options.Validate();
        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join("; ", faults), nameof(options));
        }

        return options.Ephemeral
            ? Open(options.ForMemory(), EngineLogs.InMemory(options))
            : Open(options, OpenLogs(options));
    }

    /// <summary>
    /// The digest of a folder, which no engine may have open: as it is, or as of a journal address. Reads and compares;
    /// journals nothing but the opening itself.
    /// </summary>
    public static async Task<string> DigestAsync(
        string dataDirectory, long? atAddress = null, Stream? dump = null, bool allowVolatile = true)
    {
        IngestionEngineOptions options = new()
        {
            DataDirectory = dataDirectory,
            AllowVolatile = allowVolatile,
            IsPassive = true,
            ReplayUntil = atAddress,
        };
        if (!Directory.Exists(dataDirectory))
        {
            throw new DataFolderException(
                $"There is no data folder {dataDirectory}: give the folder that serve was given.");
        }

        using IngestionEngine engine = Open(options);
        return await engine.DigestAsync(dump).ConfigureAwait(false);
    }

    /// <summary>Opens the engine over logs of the caller's; takes them over.</summary>
    internal static IngestionEngine Open(IngestionEngineOptions options, EngineLogs logs)
    {
        try
        {
            return new IngestionEngine(new EngineCore(options, logs));
        }
        catch
        {
            logs.Dispose();
            throw;
        }
    }

    /// <summary>
    /// A stream, which is created as defined or must be there with the same definition (fields may be added at the
    /// end). Returns when that is durable.
    /// </summary>
    /// <exception cref="IngestionException">The stream is there with another definition.</exception>
    public IngestionStream Stream(StreamDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        Run(new DefineStreamCommand(definition));
        return new IngestionStream(this, definition.Name);
    }

    /// <summary>The same from the text form, such as <c>u64 (delay, distance)</c>.</summary>
    public IngestionStream Stream(string name, string definition) => Stream(StreamDefinition.Parse(name, definition));

    /// <summary>
    /// Closed windows of a view as they become durable, from now on or from a position. Dispose or stop enumerating to
    /// end it; a reader that stands still is cut.
    /// </summary>
    public ResultSubscription Results(string stream, string view, SubscriptionOptions? options = null) =>
        Core.Results.Gate.Subscribe(ViewOf(stream, view), options ?? SubscriptionOptions.Default);

    /// <summary>
    /// Calls a handler with each piece of closed windows, as spans, on the engine's delivery thread: be quick and copy
    /// what you keep. Dispose the return value to end it.
    /// </summary>
    public IDisposable OnResults(
        string stream, string view, WindowRowsHandler handler, ResultLevel level = ResultLevel.Durable) =>
        Core.Results.Gate.Subscribe(ViewOf(stream, view), level, handler, onFault: null);

    /// <summary>
    /// Rows of a view's windows: closed ones by index from the log, open ones from the partitions if asked.
    /// </summary>
    /// <exception cref="QueryException">Stream, view or key are unknown, or the query is at fault.</exception>
    public Task<WindowAnswer> QueryAsync(WindowQuery query) => _answers.WindowsAsync(query);

    /// <summary>Every record's fate, with the equations that must balance.</summary>
    public Task<Ledger> LedgerAsync() => _answers.LedgerAsync();

    /// <summary>
    /// SHA-256 over all state and results, the same for every partition count and after every restart. Ask while
    /// producers rest. <paramref name="dump"/> gets the text that is hashed.
    /// </summary>
    public Task<string> DigestAsync(Stream? dump = null) => _answers.DigestAsync(dump);

    /// <summary>
    /// Closes the windows of a stream up to a watermark (nanoseconds), or all that have a record. Returns the watermark
    /// when their results are durable.
    /// </summary>
    public async Task<long> AdvanceAsync(string stream, long? watermarkNs = null)
    {
        AdvanceCommand command = new(stream, watermarkNs);
        CommandAnswer answer = await Core.RunAsync(command).ConfigureAwait(false);
        Check(answer);
        await Core.WhenResultsAreOut(answer.EndAddress).ConfigureAwait(false);
        return command.Watermark;
    }

    /// <summary>
    /// Saves the state now; true when the snapshot is durable, false when it could not be had (a full or failed disk).
    /// Restarts replay from the newest one.
    /// </summary>
    public Task<bool> SnapshotAsync() => Core.SnapshotAsync();

    /// <summary>Drains, saves a snapshot (unless switched off) and closes the logs.</summary>
    public void Dispose() => Core.Dispose();

    /// <inheritdoc cref="Dispose"/>
    public async ValueTask DisposeAsync() => await Task.Run(Core.Dispose).ConfigureAwait(false);

    internal void Run(ControlCommand command) => Check(Core.RunAsync(command).GetAwaiter().GetResult());

    internal static void Check(CommandAnswer answer)
    {
        if (answer.IsRefused)
        {
            throw new IngestionException(answer.Code, answer.Text);
        }
    }

    private ResultsView ViewOf(string stream, string view)
    {
        (StreamState state, ViewEntry entry) = _answers.Find(stream, view);
        return Core.Results.Catalog.Get(state.Id, (uint)entry.Definition.Id);
    }

    private static EngineLogs OpenLogs(IngestionEngineOptions options)
    {
        DataFolder folder = DataFolder.Open(options.DataDirectory, options.Logs.ToSettings(options.AllowVolatile));
        return new EngineLogs(folder.Journal, folder.Results, folder.State, folder);
    }
}
