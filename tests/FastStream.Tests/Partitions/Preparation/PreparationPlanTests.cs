using FastStream.Engine.Definitions;
using FastStream.Engine.Partitions;
using FastStream.Engine.Partitions.Preparation;
using FastStream.Tests.Allocation;

namespace FastStream.Tests.Partitions.Preparation;

/// <summary>
/// Goal: a plan refuses, counts and changes exactly what the rules say of each record alone. Method: random rules,
/// frames, missing columns and row lists of every density against <see cref="NaivePreparation"/>.
/// </summary>
public unsafe class PreparationPlanTests
{
    private static readonly string[] s_rules =
    [
        "required a", "required b", "range a -3..3", "range b -2..100", "range g -4..4", "nan a refuse", "nan c absent",
        "infinity a absent", "infinity b refuse", "scale a by 0.5 plus 1", "scale b by 1e300 plus 0",
        "g = a + b", "g = a / b", "g = c", "g = 2", "g = (a - b) * (c + a) - (b - (c - a * 2))", "h = g * g - 1",
        "filter a > 0", "filter a = 1 or b != 2 and not (c <= 0)", "filter (a + b) * 2 >= c / 0",
        "filter not (a < b)", "filter g > -1", "filter 1 > 0", "filter 1 > 2",
    ];

    [Fact]
    public void PlansAgreeWithTheNaiveReadingOfTheRules()
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        for (int round = 0; round < 300; round++)
        {
            StreamDefinition stream = RandomStream(random);
            int count = RandomCount(random);
            double density = Math.Pow(random.NextDouble(), 2);
            ushort[] rows =
            [
                .. Enumerable.Range(0, count)
                    .Where(_ => round % 3 == 0 || random.NextDouble() < density).Select(r => (ushort)r),
            ];
            using PreparationCase trial = new(random, stream, count, random.NextDouble() < 0.5 ? 0 : 0.1);
            trial.Check(rows, inPlace: random.Next(2) == 0, $"seed {seed} round {round}: {stream.Text}");
        }
    }

    [Fact]
    public void ARecordsFateDoesNotDependOnThePartition()
    {
        Random random = new(3);
        StreamDefinition stream = StreamDefinition.Parse(
            "s", "u64 (a, b, c) rules: range a -3..3; g = a / b; scale b by 0.1 plus 1; filter g > -1 or c = 1");
        using PreparationCase trial = new(random, stream, 20_000, 0.05);
        (List<ushort> whole, _) = trial.Run([.. Enumerable.Range(0, 20_000).Select(r => (ushort)r)], inPlace: false);
        foreach (int partitions in new[] { 2, 3, 8, 100 })
        {
            List<ushort> joined = [];
            for (int p = 0; p < partitions; p++)
            {
                ushort[] rows =
                [
                    .. Enumerable.Range(0, 20_000)
                        .Where(r => (r * 7919L % 1009) % partitions == p).Select(r => (ushort)r),
                ];
                joined.AddRange(trial.Run(rows, inPlace: true).Accepted);
            }

            joined.Sort();
            Assert.Equal(whole, joined);
        }
    }

    [Fact]
    public void WithoutRulesAndInfinitiesNothingIsCopied()
    {
        StreamDefinition stream = StreamDefinition.Parse("s", "u64 (a)");
        using TestColumns memory = new();
        double** fields = (double**)memory.Allocate<nint>(1);
        fields[0] = memory.Copy([1, double.NaN, 3]);
        FrameColumns columns = new() { Count = 3, Fields = fields, FieldCount = 1 };
        ushort[] rows = [0, 1, 2];

        ReadOnlySpan<ushort> kept = PreparationPlan.Compile(stream).Run(
            columns, rows, new ushort[3], new PreparationScratch(3), new PreparationCase.Sink(),
            out FrameColumns prepared);

        Assert.True(kept == rows.AsSpan());
        Assert.True(prepared.Field(0) == columns.Field(0));
    }

    [Fact]
    public void RowsKeptBeforeTheFirstRefusalStay()
    {
        StreamDefinition stream = StreamDefinition.Parse("s", "u64 (a) rules: filter a > 0");
        using TestColumns memory = new();
        double[] values = [.. Enumerable.Range(0, 9_000).Select(i => i == 8_500 ? -1.0 : 1.0)];
        double** fields = (double**)memory.Allocate<nint>(1);
        fields[0] = memory.Copy(values);
        FrameColumns columns = new() { Count = values.Length, Fields = fields, FieldCount = 1 };
        ushort[] rows = [.. Enumerable.Range(0, values.Length).Select(r => (ushort)r)];
        PreparationCase.Sink sink = new();

        ushort[] kept = PreparationPlan.Compile(stream).Run(
            columns, rows, new ushort[rows.Length], new PreparationScratch(rows.Length), sink, out _).ToArray();

        Assert.Equal(rows.Where(r => r != 8_500), kept);
        Assert.Equal([8_500], sink.Refused[1].ToArray());
    }

    [Fact]
    public void DivisionByZeroIsAbsent()
    {
        StreamDefinition stream = StreamDefinition.Parse("s", "u64 (a, b) rules: g = a / b");
        double[] values = [1, 0, 0];
        Assert.Equal(-1, NaivePreparation.Run(stream, values, [true, true, false]));
        Assert.True(double.IsNaN(values[2]));
    }

    [Fact]
    public void AWarmPlanAllocatesNothing()
    {
        StreamDefinition stream = StreamDefinition.Parse(
            "s", "u64 (a, b, c) rules: required a; infinity b absent; range a -3..3; g = a / b - (c + 1); "
            + "scale b by 0.1 plus 1; filter g > -1 or c = 1");
        using PreparationCase trial = new(new Random(1), stream, 10_000, 0.05);
        ushort[] rows = [.. Enumerable.Range(0, 10_000).Where(r => r % 3 == 0).Select(r => (ushort)r)];
        Assert.Equal(0, SteadyState.AllocatedBytes(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                trial.RunBare(rows);
            }
        }));
    }

    private static StreamDefinition RandomStream(Random random)
    {
        while (true)
        {
            string[] rules = [.. s_rules.OrderBy(_ => random.Next()).Take(random.Next(0, 6))];
            string text = "u64 (a, b, c, g, h)" + (rules.Length > 0 ? " rules: " + string.Join("; ", rules) : "");
            try
            {
                return StreamDefinition.Parse("s", text);
            }
            catch (DefinitionException)
            {
                // Drawn again: a field read before it is computed, or computed twice.
            }
        }
    }

    private static int RandomCount(Random random) => random.Next(6) switch
    {
        0 => random.Next(0, 4),
        1 => random.Next(60, 70),
        2 => random.Next(2_040, 2_060),
        3 => 65_536,
        _ => random.Next(0, 6_000),
    };
}
