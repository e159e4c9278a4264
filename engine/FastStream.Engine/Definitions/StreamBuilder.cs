using FastStream.Protocol;

namespace FastStream.Engine.Definitions;

/// <summary>
/// Builds a stream in code: <c>s.TextKeys().Fields("delay", "distance").FutureBound(...).Rule("required delay")
/// .View("by-origin", v => ...)</c>. Not thread-safe; every call returns the same builder.
/// </summary>
public sealed class StreamBuilder
{
    private readonly string _name;
    private readonly List<string> _fields = [];
    private readonly List<RuleDefinition> _rules = [];
    private readonly List<ViewDefinition> _views = [];
    private KeyKind _keyKind = KeyKind.U64;
    private long _futureBoundNs = StreamDefinition.DefaultFutureBoundNs;
    private long _idleTimeoutNs = StreamDefinition.DefaultIdleTimeoutNs;
    private long? _lagBoundNs;

    /// <summary>Starts a stream with number keys.</summary>
    public StreamBuilder(string name) => _name = name;

    /// <summary>Keys are unsigned 64-bit numbers: the default.</summary>
    public StreamBuilder NumberKeys()
    {
        _keyKind = KeyKind.U64;
        return this;
    }

    /// <summary>Keys are texts.</summary>
    public StreamBuilder TextKeys()
    {
        _keyKind = KeyKind.Text;
        return this;
    }

    /// <summary>Adds fields, in the order of their ordinals.</summary>
    public StreamBuilder Fields(params ReadOnlySpan<string> names)
    {
        _fields.AddRange(names);
        return this;
    }

    /// <summary>A record further ahead of its arrival than this is refused as future; default 5 minutes.</summary>
    public StreamBuilder FutureBound(TimeSpan bound)
    {
        _futureBoundNs = DurationText.ToNs(bound);
        return this;
    }

    /// <summary>A source quiet for longer than this holds no window open; default 10 seconds.</summary>
    public StreamBuilder IdleTimeout(TimeSpan timeout)
    {
        _idleTimeoutNs = DurationText.ToNs(timeout);
        return this;
    }

    /// <summary>A source further behind the newest than this holds no window open; default no bound.</summary>
    public StreamBuilder LagBound(TimeSpan bound)
    {
        _lagBoundNs = DurationText.ToNs(bound);
        return this;
    }

    /// <summary>Adds a preparation rule in text form, such as <c>range delay -100..3000</c>.</summary>
    public StreamBuilder Rule(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        DefinitionReader reader = new($"stream \"{_name}\": rule \"{text}\"", text);
        RuleDefinition rule = RuleDefinition.Read(reader);
        reader.ExpectEnd();
        return Rule(rule);
    }

    /// <summary>Adds a preparation rule; a computed field that was not named yet is added after the others.</summary>
    public StreamBuilder Rule(RuleDefinition rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        _rules.Add(rule);
        return this;
    }

    /// <summary>Adds a view the stream is created with.</summary>
    public StreamBuilder View(string name, Action<ViewBuilder> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        ViewBuilder view = new(_name, name);
        build(view);
        _views.Add(view.Build());
        return this;
    }

    /// <summary>The stream, checked.</summary>
    /// <exception cref="DefinitionException">Something is missing or out of bounds.</exception>
    public StreamDefinition Build()
    {
        IEnumerable<string> computed = _rules.Where(r => r.Kind == RuleKind.Computed).Select(r => r.Field);
        StreamDefinition stream = new()
        {
            Name = _name,
            KeyKind = _keyKind,
            Fields = [.. _fields, .. computed.Distinct().Where(f => !_fields.Contains(f))],
            Rules = [.. _rules],
            FutureBoundNs = _futureBoundNs,
            IdleTimeoutNs = _idleTimeoutNs,
            LagBoundNs = _lagBoundNs,
            DefaultViews = [.. _views],
        };
        stream.Validate();
        return stream;
    }
}
