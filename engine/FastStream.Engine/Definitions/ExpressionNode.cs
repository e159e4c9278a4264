using System.Globalization;

namespace FastStream.Engine.Definitions;

/// <summary>A node of an expression's tree. Comparisons, and, or, not are conditions; the rest are numbers.</summary>
internal sealed record ExpressionNode(
    ExpressionOperator Operator, ExpressionNode? Left = null, ExpressionNode? Right = null)
{
    /// <summary>The field's name, for <see cref="ExpressionOperator.Field"/>.</summary>
    public string FieldName { get; init; } = "";

    /// <summary>The value, for <see cref="ExpressionOperator.Number"/>.</summary>
    public double Number { get; init; }

    public bool IsCondition => Operator >= ExpressionOperator.Less;

    /// <summary>Binds tighter the larger: or, and, not, comparison, sum, product, operand.</summary>
    private int Binding => Operator switch
    {
        ExpressionOperator.Or => 1,
        ExpressionOperator.And => 2,
        ExpressionOperator.Not => 3,
        >= ExpressionOperator.Less and <= ExpressionOperator.NotEqual => 4,
        ExpressionOperator.Add or ExpressionOperator.Subtract => 5,
        ExpressionOperator.Multiply or ExpressionOperator.Divide => 6,
        _ => 7,
    };

    public static ExpressionNode OfField(string name) => new(ExpressionOperator.Field) { FieldName = name };

    public static ExpressionNode OfNumber(double value) => new(ExpressionOperator.Number) { Number = value };

    public int CountNodes() => 1 + (Left?.CountNodes() ?? 0) + (Right?.CountNodes() ?? 0);

    public void CollectFields(ISet<string> fields)
    {
        if (Operator == ExpressionOperator.Field)
        {
            fields.Add(FieldName);
        }

        Left?.CollectFields(fields);
        Right?.CollectFields(fields);
    }

    /// <summary>Canonical text: single spaces, and only the parentheses that the tree or the reader needs.</summary>
    public override string ToString() => Operator switch
    {
        ExpressionOperator.Field => FieldName,
        ExpressionOperator.Number => Number.ToString("R", CultureInfo.InvariantCulture),
        ExpressionOperator.Not => $"not ({Left})",
        // The right operand of an equally strong operator keeps its parentheses: a - (b - c).
        _ => $"{Enclose(Left!, Binding)} {Sign} {Enclose(Right!, Binding + 1)}",
    };

    private string Sign => Operator switch
    {
        ExpressionOperator.Add => "+",
        ExpressionOperator.Subtract => "-",
        ExpressionOperator.Multiply => "*",
        ExpressionOperator.Divide => "/",
        ExpressionOperator.Less => "<",
        ExpressionOperator.LessOrEqual => "<=",
        ExpressionOperator.Greater => ">",
        ExpressionOperator.GreaterOrEqual => ">=",
        ExpressionOperator.Equal => "=",
        ExpressionOperator.NotEqual => "!=",
        ExpressionOperator.And => "and",
        ExpressionOperator.Or => "or",
        _ => throw new InvalidOperationException($"{Operator} has no sign"),
    };

    private static string Enclose(ExpressionNode node, int binding) =>
        node.Binding >= binding ? node.ToString() : $"({node})";
}
