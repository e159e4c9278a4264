using FastStream.Engine.Definitions;
using FastStream.Engine.Ingress;
using FastStream.Engine.Sequencing;
using FastStream.Engine.Sequencing.Commands;
using FastStream.Protocol;

namespace FastStream.Engine;

/// <summary>A stream of an engine in this process.</summary>
public sealed class IngestionStream
{
    private readonly IngestionEngine _engine;

    internal IngestionStream(IngestionEngine engine, string name)
    {
        _engine = engine;
        Name = name;
    }

    /// <summary>The stream's name.</summary>
    public string Name { get; }

    /// <summary>Adds a view; the same view again changes nothing. Returns when it is durable.</summary>
    /// <exception cref="IngestionException">Another view has this name, or there are too many.</exception>
    public IngestionStream View(string name, Action<ViewBuilder> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        ViewBuilder builder = new(Name, name);
        build(builder);
        _engine.Run(new AddViewCommand(builder.Build()));
        return this;
    }

    /// <summary>The same from the text form, such as <c>tumbling 1h late 6h by key: count, mean(delay)</c>.</summary>
    public IngestionStream View(string name, string definition)
    {
        _engine.Run(new AddViewCommand(ViewDefinition.Parse(Name, name, definition)));
        return this;
    }

    /// <summary>Drops a view with its open windows.</summary>
    public void DropView(string name) => _engine.Run(new DropViewCommand(Name, name));

    /// <summary>
    /// Opens an appender with an identity of its own. One thread uses it; open one for each thread. An epoch of 0 takes
    /// the next, which starts at sequence 1.
    /// </summary>
    /// <exception cref="IngestionException">The producer has a live session.</exception>
    public RecordAppender CreateAppender(string producer, ulong epoch = 0)
    {
        if (!DefinitionNames.IsName(producer))
        {
            throw new ArgumentException(
                $"\"{producer}\" cannot be a producer's name: use {DefinitionNames.NameForm}", nameof(producer));
        }

        EngineCore core = _engine.Core;
        StreamState stream = Array.Find(core.State.Streams, s => s.Definition.Name == Name)
            ?? throw new IngestionException(ErrorCode.UnknownStream, $"stream \"{Name}\" does not exist");
        AppenderOutput output = new(core.Options.Limits.MaxInFlightBytesPerSession);
        Session session = new(
            Name, producer, stream.Definition.KeyKind, core.Grant(AckLevel.Durable), epoch, output);
        OpenSessionCommand open = new(session);
        IngestionEngine.Check(core.RunAsync(open).GetAwaiter().GetResult());
        string[] fields = [.. stream.Definition.Fields.Where(f => !stream.Definition.IsComputed(f))];
        CommandAnswer declared =
            core.RunAsync(new DeclareSchemaCommand(session, RecordAppender.SchemaId, fields)).GetAwaiter().GetResult();
        if (declared.IsRefused)
        {
            core.Sequencer.Post(new CloseSessionCommand(session));
            IngestionEngine.Check(declared);
        }

        return new RecordAppender(core, session, output, fields.Length, open.LastSequence, open.DictionaryCount);
    }
}
