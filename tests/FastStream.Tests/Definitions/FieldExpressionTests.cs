using CsCheck;
using FastStream.Engine.Definitions;

namespace FastStream.Tests.Definitions;

/// <summary>
/// Goal: every tree that can be parsed has a canonical text that parses to the same tree. Method: random trees written
/// with every parenthesis, parsed, written, parsed again.
/// </summary>
public class FieldExpressionTests
{
    private static readonly Gen<string> s_leaf = Gen.OneOf(
        Gen.OneOf("a", "b", "c.d-e", "_x"),
        Gen.OneOf("0", "1", "-2.5", "1E+20", "3E-07", "-0"));

    [Fact]
    public void CanonicalTextParsesToTheSameTree() =>
        ConditionOf(4).Where(IsSmallEnough).Sample(
            text =>
            {
                FieldExpression first = FieldExpression.ParseCondition(text);
                FieldExpression second = FieldExpression.ParseCondition(first.Text);
                return first.Root == second.Root && first.Equals(second) && first.Text == second.Text;
            },
            iter: 2_000);

    // A part is a word of its own here, or the sign before a number.
    private static bool IsSmallEnough(string text) =>
        text.Split(' ').Length + text.Count(c => c == '-') <= DefinitionLimits.MaxExpressionNodeCount;

    [Fact]
    public void BindingFollowsTheUsualOrder()
    {
        Assert.Equal("a + b * c - 1", Numeric("((a + (b * c)) - 1)"));
        Assert.Equal("(a + b) * c", Numeric("(a + b) * c"));
        Assert.Equal("a - (b - c)", Numeric("a - (b - c)"));
        Assert.Equal("a - b - c", Numeric("(a - b) - c"));
        Assert.Equal("not (a > 0) and b > 0 or c = 1", Condition("((not (a > 0)) and (b > 0)) or (c = 1)"));
        Assert.Equal("a > 0 and (b > 0 or c = 1)", Condition("a > 0 and (b > 0 or c = 1)"));
        Assert.Equal(["a", "b", "c"], FieldExpression.ParseCondition("c = 1 and a > b").Fields);
    }

    [Fact]
    public void PartsAreLimitedAndDepthCannotExhaustTheStack()
    {
        string allowed = string.Join(" + ", Enumerable.Repeat("a", 63)) + " > 0";
        Assert.Equal(127, FieldExpression.ParseCondition(allowed).Root.CountNodes());
        Assert.Throws<DefinitionException>(() => FieldExpression.ParseCondition("a + " + allowed));

        foreach (string open in new[] { "(", "-", "not ", "- (" })
        {
            string deep = string.Concat(Enumerable.Repeat(open, 4_000)) + "a";
            Assert.Throws<DefinitionException>(() => FieldExpression.ParseCondition(deep));
        }
    }

    [Fact]
    public void NegationsThatAreAcceptedAreReadBack()
    {
        for (int depth = 1; depth < 200; depth++)
        {
            try
            {
                FieldExpression first = FieldExpression.ParseNumeric(new string('-', depth) + "a");
                Assert.Equal(first, FieldExpression.ParseNumeric(first.Text));
            }
            catch (DefinitionException)
            {
                Assert.True(depth > 60, $"{depth} minus signs refused");
                return;
            }
        }

        Assert.Fail("200 minus signs accepted");
    }

    private static string Numeric(string text) => FieldExpression.ParseNumeric(text).Text;

    private static string Condition(string text) => FieldExpression.ParseCondition(text).Text;

    private static Gen<string> NumericOf(int depth) => depth == 0
        ? s_leaf
        : Gen.OneOf(
            s_leaf,
            Gen.Select(NumericOf(depth - 1), Gen.OneOf("+", "-", "*", "/"), NumericOf(depth - 1),
                (left, sign, right) => $"({left} {sign} {right})"));

    private static Gen<string> ConditionOf(int depth)
    {
        Gen<string> comparison = Gen.Select(
            NumericOf(2), Gen.OneOf("<", "<=", ">", ">=", "=", "!="), NumericOf(2),
            (left, sign, right) => $"({left} {sign} {right})");
        return depth == 0
            ? comparison
            : Gen.OneOf(
                comparison,
                ConditionOf(depth - 1).Select(inner => $"(not {inner})"),
                Gen.Select(ConditionOf(depth - 1), Gen.OneOf("and", "or"), ConditionOf(depth - 1),
                    (left, sign, right) => $"({left} {sign} {right})"));
    }
}
