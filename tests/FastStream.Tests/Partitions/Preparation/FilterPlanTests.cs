using FastStream.Engine.Definitions;
using FastStream.Engine.Partitions;
using FastStream.Engine.Partitions.Preparation;

namespace FastStream.Tests.Partitions.Preparation;

/// <summary>Goal: a filter keeps exactly the rows that meet the condition, whatever the list of rows.</summary>
public unsafe class FilterPlanTests
{
    [Theory]
    [InlineData("a > 0")]
    [InlineData("0 < a")]
    [InlineData("a != a")]
    [InlineData("not (a = a)")]
    [InlineData("missing > 0 or missing <= 0")]
    [InlineData("not (missing > 0)")]
    [InlineData("a + b > b * 2 and (a / b < 1 or not (b >= 0))")]
    [InlineData("a - (b - (a - (b - 1))) >= (a + 1) * ((b + 1) * (a - b))")]
    [InlineData("1 < 2")]
    public void AFilterKeepsWhatMeetsTheCondition(string condition)
    {
        StreamDefinition stream = StreamDefinition.Parse("s", "u64 (a, b, missing)");
        FieldExpression expression = FieldExpression.ParseCondition(condition);
        FilterPlan plan = FilterPlan.Compile(expression, stream);
        PreparationScratch scratch = new(65_536);
        Random random = new(2);
        foreach (int count in new[] { 0, 1, 63, 64, 65, 2_047, 2_048, 2_049, 65_536 })
        {
            foreach (double density in new[] { 1, 0.5, 0.26, 0.1, 0.01 })
            {
                using TestColumns memory = new();
                double[][] values = [TestColumns.Values(random, count, 0.2), TestColumns.Values(random, count, 0.2)];
                double** table = (double**)memory.Allocate<nint>(2);
                table[0] = memory.Copy(values[0]);
                table[1] = memory.Copy(values[1]);
                FrameColumns columns = new() { Count = count, Fields = table, FieldCount = 2 };
                ushort[] rows =
                    [.. Enumerable.Range(0, count).Where(_ => random.NextDouble() < density).Select(r => (ushort)r)];

                ushort[] kept = plan.Run(columns, rows, new ushort[rows.Length], scratch).ToArray();

                ushort[] expected =
                [
                    .. rows.Where(r => NaivePreparation.Holds(
                        expression.Root, stream, [values[0][r], values[1][r], double.NaN])),
                ];
                Assert.True(expected.AsSpan().SequenceEqual(kept), $"{count} records, density {density}");
            }
        }
    }

    [Fact]
    public void AFieldTheStreamLacksIsRefused() =>
        Assert.Contains(
            "no field \"x\"",
            Assert.Throws<DefinitionException>(() => FilterPlan.Compile(
                FieldExpression.ParseCondition("x > 0"), StreamDefinition.Parse("s", "u64 (a)"))).Message,
            StringComparison.Ordinal);
}
