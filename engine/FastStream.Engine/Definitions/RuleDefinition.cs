using System.Globalization;

namespace FastStream.Engine.Definitions;

/// <summary>
/// One preparation rule of a stream. Rules run in the order they are declared; a record refused by one is not shown to
/// the next. Immutable; equal when the text forms are.
/// </summary>
public sealed class RuleDefinition : IEquatable<RuleDefinition>
{
    private RuleDefinition(RuleKind kind, string field, FieldExpression? expression = null)
    {
        Kind = kind;
        Field = field;
        Expression = expression;
    }

    /// <summary>What it does.</summary>
    public RuleKind Kind { get; }

    /// <summary>The field it looks at, or that a computed field's value goes to; empty for a filter.</summary>
    public string Field { get; }

    /// <summary>The expression of a computed field or filter.</summary>
    public FieldExpression? Expression { get; }

    /// <summary>Lower bound of a range, bound included.</summary>
    public double Low { get; private init; }

    /// <summary>Upper bound of a range, bound included.</summary>
    public double High { get; private init; }

    /// <summary>What a scale multiplies by.</summary>
    public double Factor { get; private init; }

    /// <summary>What a scale adds after it has multiplied.</summary>
    public double Offset { get; private init; }

    /// <summary>What a NaN or infinity rule does.</summary>
    public ValuePolicy Policy { get; private init; }

    /// <summary>The text form, under which refusals are counted.</summary>
    public string Text => Kind switch
    {
        RuleKind.Required => $"required {Field}",
        RuleKind.Range => $"range {Field} {Write(Low)}..{Write(High)}",
        RuleKind.Nan => $"nan {Field} {Write(Policy)}",
        RuleKind.Infinity => $"infinity {Field} {Write(Policy)}",
        RuleKind.Scale => $"scale {Field} by {Write(Factor)} plus {Write(Offset)}",
        RuleKind.Computed => $"{Field} = {Expression}",
        RuleKind.Filter => $"filter {Expression}",
        _ => throw new InvalidOperationException($"rule kind {Kind}"),
    };

    /// <summary>Every field it reads.</summary>
    public IEnumerable<string> FieldsRead => Expression is null ? [Field] : Expression.Fields;

    /// <summary>Refuses a record whose field is absent.</summary>
    public static RuleDefinition Required(string field) => new(RuleKind.Required, field);

    /// <summary>Refuses a record whose field is outside <paramref name="low"/>..<paramref name="high"/>.</summary>
    public static RuleDefinition Range(string field, double low, double high) =>
        new(RuleKind.Range, field) { Low = low, High = high };

    /// <summary>Says what a NaN means.</summary>
    public static RuleDefinition Nan(string field, ValuePolicy policy) => new(RuleKind.Nan, field) { Policy = policy };

    /// <summary>Says what an infinity means.</summary>
    public static RuleDefinition Infinity(string field, ValuePolicy policy) =>
        new(RuleKind.Infinity, field) { Policy = policy };

    /// <summary>Replaces the field by field * factor + offset: one multiplication, then one addition.</summary>
    public static RuleDefinition Scale(string field, double factor, double offset = 0) =>
        new(RuleKind.Scale, field) { Factor = factor, Offset = offset };

    /// <summary>Computes a field from others.</summary>
    public static RuleDefinition Computed(string field, FieldExpression expression) =>
        new(RuleKind.Computed, field, expression);

    /// <summary>Refuses a record that does not meet the condition.</summary>
    public static RuleDefinition Filter(FieldExpression condition) => new(RuleKind.Filter, "", condition);

    /// <summary>True for the same text form.</summary>
    public bool Equals(RuleDefinition? other) => other is not null && Text == other.Text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RuleDefinition);

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <summary>The text form.</summary>
    public override string ToString() => Text;

    internal static RuleDefinition Read(DefinitionReader reader)
    {
        string first = reader.ReadName("a rule: required, range, nan, infinity, scale, filter or FIELD = EXPR");
        // A field may be called like a rule: what follows tells them apart.
        if (reader.TrySign("="))
        {
            return Computed(first, FieldExpression.ReadNumeric(reader));
        }

        switch (first)
        {
            case "required":
                return Required(reader.ReadName("a field"));
            case "range":
                return ReadRange(reader);
            case "nan":
                return Nan(reader.ReadName("a field"), ReadPolicy(reader));
            case "infinity":
                return Infinity(reader.ReadName("a field"), ReadPolicy(reader));
            case "scale":
                return ReadScale(reader);
            case "filter":
                return Filter(FieldExpression.ReadCondition(reader));
            default:
                reader.FailExpected(
                    $"\"=\" after \"{first}\", or a rule: required, range, nan, infinity, scale, filter");
                return null;
        }
    }

    internal string? FindFault() => Kind switch
    {
        RuleKind.Range when !double.IsFinite(Low) || !double.IsFinite(High) =>
            $"rule \"{Text}\": both bounds must be finite",
        RuleKind.Range when Low > High =>
            $"rule \"{Text}\": the lower bound is above the upper: swap them",
        RuleKind.Scale when !double.IsFinite(Factor) || !double.IsFinite(Offset) =>
            $"rule \"{Text}\": factor and offset must be finite",
        RuleKind.Computed when Expression!.IsCondition =>
            $"rule \"{Text}\": a computed field needs a number, not a condition",
        RuleKind.Filter when !Expression!.IsCondition =>
            $"rule \"{Text}\": a filter needs a condition: compare it, such as {Expression} > 0",
        _ => null,
    };

    private static RuleDefinition ReadRange(DefinitionReader reader)
    {
        string field = reader.ReadName("a field");
        double low = reader.ReadNumber("the lower bound", signed: true);
        reader.ExpectSign("..");
        return Range(field, low, reader.ReadNumber("the upper bound", signed: true));
    }

    private static RuleDefinition ReadScale(DefinitionReader reader)
    {
        string field = reader.ReadName("a field");
        reader.ExpectWord("by");
        double factor = reader.ReadNumber("the factor", signed: true);
        return Scale(field, factor, reader.TryWord("plus") ? reader.ReadNumber("the offset", signed: true) : 0);
    }

    private static ValuePolicy ReadPolicy(DefinitionReader reader)
    {
        if (reader.TryWord("refuse"))
        {
            return ValuePolicy.Refuse;
        }

        reader.ExpectWord("absent");
        return ValuePolicy.Absent;
    }

    private static string Write(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Write(ValuePolicy policy) => policy == ValuePolicy.Refuse ? "refuse" : "absent";
}
