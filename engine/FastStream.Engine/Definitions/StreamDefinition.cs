using System.Collections.Immutable;
using FastStream.Protocol;

namespace FastStream.Engine.Definitions;

/// <summary>
/// A stream: its key kind, fields, preparation rules and bounds of source time. Immutable; equal when name and text
/// form are.
/// </summary>
public sealed record StreamDefinition
{
    /// <summary>Five minutes.</summary>
    public const long DefaultFutureBoundNs = 300_000_000_000;

    /// <summary>Ten seconds.</summary>
    public const long DefaultIdleTimeoutNs = 10_000_000_000;

    /// <summary>
    /// Counter ordinal of the infinity policy that holds for every sent field without an <c>infinity</c> rule of its
    /// own. Declared rules follow: rule i of <see cref="Rules"/> is counted under ordinal i + 1, so that a rule which
    /// is added later moves no counter.
    /// </summary>
    public const int DefaultInfinityRule = 0;

    /// <summary>The stream's name.</summary>
    public required string Name { get; init; }

    /// <summary>What its keys are.</summary>
    public KeyKind KeyKind { get; init; }

    /// <summary>
    /// Names of the fields, sent and computed; a field's ordinal is its place here. Fields are only ever added at the
    /// end, so that an ordinal is never reused.
    /// </summary>
    public required ImmutableArray<string> Fields { get; init; }

    /// <summary>Preparation rules, in the order they run.</summary>
    public ImmutableArray<RuleDefinition> Rules { get; init; } = [];

    /// <summary>A record further ahead of its arrival than this is refused as future.</summary>
    public long FutureBoundNs { get; init; } = DefaultFutureBoundNs;

    /// <summary>A source quiet for longer than this holds no window open.</summary>
    public long IdleTimeoutNs { get; init; } = DefaultIdleTimeoutNs;

    /// <summary>A source further behind the newest than this holds no window open; null for no bound.</summary>
    public long? LagBoundNs { get; init; }

    /// <summary>Views it is created with; they are journaled on their own and no part of the text form.</summary>
    public ImmutableArray<ViewDefinition> DefaultViews { get; init; } = [];

    /// <summary>
    /// Text form: <c>u64|text (value, delay) [future 5m] [idle 10s] [lag 1h] [rules: RULE; RULE]</c>.
    /// </summary>
    public string Text => StreamText.Format(this);

    /// <summary>Names of the refusal counters, by ordinal: the default infinity policy, then the rules.</summary>
    public ImmutableArray<string> RefusalNames => ["infinity", .. Rules.Select(r => r.Text)];

    /// <summary>Reads the text form.</summary>
    /// <exception cref="DefinitionException">Not a stream's text; the message says where and what to do.</exception>
    public static StreamDefinition Parse(string name, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return StreamText.Parse(name, text);
    }

    /// <summary>
    /// A stream as a producer's first hello creates it: its fields, default bounds, no rules, the view <c>1m</c>.
    /// </summary>
    public static StreamDefinition CreateDefault(string name, KeyKind keyKind, IEnumerable<string> fields)
    {
        StreamDefinition stream = new() { Name = name, KeyKind = keyKind, Fields = [.. fields] };
        stream.Validate();
        return stream with { DefaultViews = [ViewDefinition.DefaultFor(stream)] };
    }

    /// <summary>The field's ordinal, or -1.</summary>
    public int OrdinalOf(string field) => Fields.IndexOf(field, StringComparer.Ordinal);

    /// <summary>True for a field that a rule computes: no producer may send it.</summary>
    public bool IsComputed(string field) => Rules.Any(r => r.Kind == RuleKind.Computed && r.Field == field);

    /// <summary>The stream with fields added at the end; those it has already are skipped.</summary>
    /// <exception cref="DefinitionException">A name is not a field's, or there are too many.</exception>
    public StreamDefinition WithFields(IEnumerable<string> fields)
    {
        StreamDefinition next = this with { Fields = [.. Fields.Concat(fields).Distinct(StringComparer.Ordinal)] };
        next.Validate();
        return next;
    }

    /// <summary>
    /// Says why a running stream cannot take on another definition, or null if it can: fields and rules may be added
    /// at the end and bounds may change, but nothing that is there changes meaning.
    /// </summary>
    public string? FindChangeFault(StreamDefinition next)
    {
        ArgumentNullException.ThrowIfNull(next);
        if (next.Name != Name || next.KeyKind != KeyKind)
        {
            return $"stream \"{Name}\": name and key kind cannot change: create another stream";
        }

        if (!Fields.SequenceEqual(next.Fields.Take(Fields.Length)))
        {
            return $"stream \"{Name}\": fields ({string.Join(", ", Fields)}) must stay as they are: add new ones after";
        }

        if (!Rules.SequenceEqual(next.Rules.Take(Rules.Length)))
        {
            return $"stream \"{Name}\": rules \"{string.Join("; ", Rules)}\" must stay as they are: add new ones after";
        }

        string? turned = Fields.FirstOrDefault(f => next.IsComputed(f) != IsComputed(f));
        return turned is null
            ? null
            : $"stream \"{Name}\": field \"{turned}\" is sent already: compute a field of another name";
    }

    /// <summary>Equal name and text form.</summary>
    public bool Equals(StreamDefinition? other) => other is not null && Name == other.Name && Text == other.Text;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Text);

    /// <summary>The text form.</summary>
    public override string ToString() => Text;

    /// <summary>Checks names, limits, rules and default views.</summary>
    /// <exception cref="DefinitionException">The first fault found.</exception>
    public void Validate()
    {
        if (FindFault() is string fault)
        {
            throw new DefinitionException($"stream \"{Name}\": {fault}");
        }

        if (DefaultViews.Length > DefinitionLimits.MaxViewCount)
        {
            throw new DefinitionException(
                $"stream \"{Name}\": {DefaultViews.Length} views are too many: "
                + $"keep to {DefinitionLimits.MaxViewCount}");
        }

        foreach (ViewDefinition view in DefaultViews)
        {
            view.Validate(this);
        }
    }

    internal static string? FindLengthFault(string text) =>
        text.Length > DefinitionLimits.MaxTextLength
            ? $"its text form has {text.Length} characters: keep to {DefinitionLimits.MaxTextLength}"
            : null;

    internal string? FindUnknownField(IEnumerable<string> fields)
    {
        foreach (string field in fields)
        {
            if (OrdinalOf(field) < 0)
            {
                string hint = field.Contains('-', StringComparison.Ordinal) ? "; a minus needs spaces around it" : "";
                return $"no field \"{field}\" in stream \"{Name}\": it has {string.Join(", ", Fields)}{hint}";
            }
        }

        return null;
    }

    private string? FindFault()
    {
        if (!DefinitionNames.IsName(Name))
        {
            return $"a stream cannot be called so: use {DefinitionNames.NameForm}";
        }

        if (KeyKind is not (KeyKind.U64 or KeyKind.Text))
        {
            return $"key kind {(int)KeyKind} is unknown: use u64 or text";
        }

        return FindFieldFault()
            ?? FindBoundFault("future bound", FutureBoundNs, 0)
            ?? FindBoundFault("idle time-out", IdleTimeoutNs, DefinitionLimits.MinBoundNs)
            ?? FindBoundFault("lag bound", LagBoundNs ?? DefinitionLimits.MinBoundNs, DefinitionLimits.MinBoundNs)
            ?? FindRuleFault()
            ?? FindLengthFault(Text);
    }

    private string? FindFieldFault()
    {
        if (Fields.IsDefaultOrEmpty || Fields.Length > DefinitionLimits.MaxFieldCount)
        {
            int count = Fields.IsDefault ? 0 : Fields.Length;
            return $"{count} fields: a stream has 1..{DefinitionLimits.MaxFieldCount}";
        }

        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (string field in Fields)
        {
            if (!DefinitionNames.IsFieldName(field))
            {
                return $"a field cannot be called \"{field}\": use {DefinitionNames.FieldForm}";
            }

            if (!seen.Add(field))
            {
                return $"field \"{field}\" stands twice: remove one";
            }
        }

        return null;
    }

    private static string? FindBoundFault(string what, long valueNs, long leastNs) =>
        valueNs < leastNs || valueNs > DefinitionLimits.MaxBoundNs
            ? $"{what} {valueNs} ns is outside {DurationText.Format(leastNs)}.."
                + $"{DurationText.Format(DefinitionLimits.MaxBoundNs)}: use one inside"
            : null;

    private string? FindRuleFault()
    {
        if (Rules.Length > DefinitionLimits.MaxRuleCount)
        {
            return $"{Rules.Length} rules are too many: keep to {DefinitionLimits.MaxRuleCount}";
        }

        HashSet<string> unset = [.. Rules.Where(r => r.Kind == RuleKind.Computed).Select(r => r.Field)];
        HashSet<(RuleKind, string)> policies = [];
        foreach (RuleDefinition rule in Rules)
        {
            if ((rule.FindFault() ?? FindUnknownField(rule.FieldsRead)) is string fault)
            {
                return fault;
            }

            if (rule.FieldsRead.FirstOrDefault(unset.Contains) is string early)
            {
                return $"rule \"{rule}\" reads \"{early}\" before it is computed: move it behind";
            }

            if (rule.Kind == RuleKind.Computed && !unset.Remove(rule.Field))
            {
                return $"field \"{rule.Field}\" is computed twice: remove one rule";
            }

            if (rule.Kind is RuleKind.Nan or RuleKind.Infinity)
            {
                if (IsComputed(rule.Field))
                {
                    return $"rule \"{rule}\": a computed field is never infinite, and NaN is absent: remove the rule";
                }

                if (!policies.Add((rule.Kind, rule.Field)))
                {
                    return $"rule \"{rule}\": field \"{rule.Field}\" has such a rule already: remove one";
                }
            }
        }

        return FindComputedFault();
    }

    private string? FindComputedFault() =>
        FindUnknownField(Rules.Where(r => r.Kind == RuleKind.Computed).Select(r => r.Field))
        ?? (Fields.All(IsComputed) ? "every field is computed: at least one must be sent" : null);
}
