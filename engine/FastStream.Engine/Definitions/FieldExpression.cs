namespace FastStream.Engine.Definitions;

/// <summary>
/// An expression over a record's fields: a condition (<c>delay > 0 and not (distance = 0)</c>) or a number
/// (<c>a * 2 - b</c>). Equal when the canonical texts are.
/// </summary>
/// <remarks>
/// Arithmetic whose result is not finite (division by zero, overflow) is absent, and so is arithmetic with something
/// absent. A comparison with something absent is false, also <c>!=</c>; <c>not</c> of it is therefore true.
/// Field names may contain <c>-</c> and <c>.</c>: write spaces around a minus.
/// </remarks>
public sealed class FieldExpression : IEquatable<FieldExpression>
{
    internal FieldExpression(ExpressionNode root)
    {
        Root = root;
        Text = root.ToString();
        SortedSet<string> fields = new(StringComparer.Ordinal);
        root.CollectFields(fields);
        Fields = [.. fields];
    }

    /// <summary>Canonical text, which parses to an equal expression.</summary>
    public string Text { get; }

    /// <summary>The fields it reads, sorted by name.</summary>
    public IReadOnlyList<string> Fields { get; }

    /// <summary>True for a condition, false for a number.</summary>
    public bool IsCondition => Root.IsCondition;

    internal ExpressionNode Root { get; }

    /// <summary>Reads a condition.</summary>
    /// <exception cref="DefinitionException">The text is not one.</exception>
    public static FieldExpression ParseCondition(string text) => Parse(text, condition: true);

    /// <summary>Reads a number expression.</summary>
    /// <exception cref="DefinitionException">The text is not one.</exception>
    public static FieldExpression ParseNumeric(string text) => Parse(text, condition: false);

    /// <summary>True for the same canonical text.</summary>
    public bool Equals(FieldExpression? other) => other is not null && Text == other.Text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FieldExpression);

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <summary>The canonical text.</summary>
    public override string ToString() => Text;

    internal static FieldExpression ReadCondition(DefinitionReader reader) =>
        new(new ExpressionParser(reader).ReadCondition());

    internal static FieldExpression ReadNumeric(DefinitionReader reader) =>
        new(new ExpressionParser(reader).ReadNumeric());

    private static FieldExpression Parse(string text, bool condition)
    {
        ArgumentNullException.ThrowIfNull(text);
        DefinitionReader reader = new("expression", text);
        FieldExpression expression = condition ? ReadCondition(reader) : ReadNumeric(reader);
        reader.ExpectEnd();
        return expression;
    }
}
