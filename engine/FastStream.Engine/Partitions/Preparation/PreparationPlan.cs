using FastStream.Engine.Definitions;
using FastStream.Engine.Partitions.Preparation.Kernels;

namespace FastStream.Engine.Partitions.Preparation;

/// <summary>
/// A stream's preparation rules, compiled: which records go on, and with which values. Immutable; partitions may share
/// it. A record's fate depends on that record alone, never on its neighbours or on the partition.
/// </summary>
/// <remarks>
/// What comes out holds no infinity: a sent field's are refused (rule ordinal 0) unless an <c>infinity</c> rule says
/// otherwise, and scaled or computed values that are not finite are absent. A stream without rules costs one vector
/// pass over each column that is there.
/// </remarks>
internal sealed unsafe class PreparationPlan
{
    private readonly RuleDefinition[] _rules;
    private readonly int[] _ruleFields;
    private readonly ExpressionProgram?[] _programs;
    private readonly int[] _infinityFields;
    private readonly int _fieldCount;

    private PreparationPlan(StreamDefinition stream)
    {
        _rules = [.. stream.Rules];
        _ruleFields = [.. _rules.Select(r => stream.OrdinalOf(r.Field))];
        _programs =
            [.. _rules.Select(r => r.Expression is null ? null : ExpressionProgram.Compile(r.Expression, stream))];
        _infinityFields = [.. stream.Fields.Where(f => HasDefaultInfinityPolicy(stream, f)).Select(stream.OrdinalOf)];
        _fieldCount = stream.Fields.Length;
    }

    /// <exception cref="DefinitionException">The definition has a fault.</exception>
    public static PreparationPlan Compile(StreamDefinition stream)
    {
        stream.Validate();
        return new PreparationPlan(stream);
    }

    /// <summary>
    /// Runs the rules over the rows of a frame. Returns the rows that go on, ascending: <paramref name="rows"/> itself
    /// if all do, else a part of <paramref name="accepted"/>, which has room for all rows and may be the memory of
    /// <paramref name="rows"/>. Only those rows of the <paramref name="prepared"/> columns mean anything; the columns
    /// are the frame's own where no rule changed them, else the scratch's, until its next use by a plan.
    /// </summary>
    public ReadOnlySpan<ushort> Run(
        in FrameColumns columns,
        ReadOnlySpan<ushort> rows,
        Span<ushort> accepted,
        PreparationScratch scratch,
        IRefusalSink refusals,
        out FrameColumns prepared)
    {
        RowSelection selection = new(rows, accepted);
        foreach (int ordinal in _infinityFields)
        {
            double* column = columns.Field(ordinal);
            if (column != null && MayHoldInfinity(column, columns.Count, rows.Length))
            {
                Check(new MaskTests.NotInfinite(), column, StreamDefinition.DefaultInfinityRule, ref selection,
                    scratch, refusals);
            }
        }

        if (_rules.Length == 0)
        {
            prepared = columns;
            return selection.Rows;
        }

        double** fields = scratch.Fields;
        for (int i = 0; i < _fieldCount; i++)
        {
            fields[i] = columns.Field(i);
        }

        prepared = columns.WithFields(fields, _fieldCount);
        for (int i = 0; i < _rules.Length; i++)
        {
            RunRule(i, prepared, ref selection, scratch, refusals);
        }

        return selection.Rows;
    }

    private static bool HasDefaultInfinityPolicy(StreamDefinition stream, string field) =>
        !stream.IsComputed(field) && !stream.Rules.Any(r => r.Kind == RuleKind.Infinity && r.Field == field);

    /// <summary>
    /// Looks at the whole column where most of it is ours, so that the usual answer (none) costs one pass; where it is
    /// not, the check of our own rows is cheaper.
    /// </summary>
    private static bool MayHoldInfinity(double* column, int count, int rowCount) =>
        rowCount < count / 8 || InfinityScan.Any(column, count);

    private void RunRule(
        int index, in FrameColumns columns, ref RowSelection selection, PreparationScratch scratch,
        IRefusalSink refusals)
    {
        RuleDefinition rule = _rules[index];
        int ordinal = _ruleFields[index];
        double* column = columns.Field(ordinal);
        int counter = index + 1;
        switch (rule.Kind)
        {
            case RuleKind.Required when column == null:
                RefuseAll(counter, ref selection, scratch, refusals);
                break;
            case RuleKind.Required:
                Check(new MaskTests.Present(), column, counter, ref selection, scratch, refusals);
                break;
            case RuleKind.Nan when column != null && rule.Policy == ValuePolicy.Refuse:
                Check(new MaskTests.Present(), column, counter, ref selection, scratch, refusals);
                break;
            case RuleKind.Range when column != null:
                Check(new MaskTests.Inside(rule.Low, rule.High), column, counter, ref selection, scratch, refusals);
                break;
            case RuleKind.Infinity when column != null && MayHoldInfinity(column, columns.Count, selection.Rows.Length):
                if (rule.Policy == ValuePolicy.Refuse)
                {
                    Check(new MaskTests.NotInfinite(), column, counter, ref selection, scratch, refusals);
                }
                else
                {
                    Rewrite(new ColumnOperations.Copy(), column, ordinal, ref selection, scratch);
                }

                break;
            case RuleKind.Scale when column != null:
                Rewrite(new ColumnOperations.Scale(rule.Factor, rule.Offset), column, ordinal, ref selection, scratch);
                break;
            case RuleKind.Computed:
                Compute(_programs[index]!, ordinal, columns, ref selection, scratch);
                break;
            case RuleKind.Filter:
                int refused = FilterPlan.Apply(_programs[index]!, columns, ref selection, scratch);
                Report(counter, refused, scratch, refusals);
                break;
            default:
                // What is left asks something of a column that is not there, or of NaN that it lets be absent.
                break;
        }
    }

    private static void Check<TTest>(
        TTest test, double* column, int counter, ref RowSelection selection, PreparationScratch scratch,
        IRefusalSink refusals)
        where TTest : struct, IMaskTest
    {
        ulong* mask = scratch.Mask(0);
        selection.Begin();
        while (selection.HasBlock)
        {
            RowBlock block = selection.Block;
            double* values = column + block.BaseRow;
            if (!block.InPlace)
            {
                values = scratch.Register(0);
                RowKernels.Gather(column, block.Rows, values);
            }

            MaskKernel.Run(test, new ColumnSource(values), new ConstantSource(0), mask, block.ValueCount);
            selection.Take(block, mask, scratch.Refused);
        }

        Report(counter, selection.End(), scratch, refusals);
    }

    /// <summary>Puts a changed copy of a field's column in the place of the column.</summary>
    private static void Rewrite<TOperation>(
        TOperation operation, double* column, int ordinal, ref RowSelection selection, PreparationScratch scratch)
        where TOperation : struct, IColumnOperation
    {
        double* target = scratch.Column(ordinal);
        ConstantSource none = new(0);
        selection.Begin();
        while (selection.HasBlock)
        {
            RowBlock block = selection.Block;
            if (block.InPlace)
            {
                int from = block.BaseRow;
                ColumnKernel.Run(operation, new ColumnSource(column + from), none, target + from, block.ValueCount);
            }
            else
            {
                double* values = scratch.Register(0);
                RowKernels.Gather(column, block.Rows, values);
                ColumnKernel.Run(operation, new ColumnSource(values), none, values, block.ValueCount);
                RowKernels.Scatter(values, block.Rows, target);
            }

            selection.Skip(block);
        }

        scratch.Fields[ordinal] = target;
    }

    private static void Compute(
        ExpressionProgram program, int ordinal, in FrameColumns columns, ref RowSelection selection,
        PreparationScratch scratch)
    {
        scratch.Fields[ordinal] = null;
        foreach (int read in program.Fields)
        {
            if (columns.Field(read) == null)
            {
                return; // arithmetic with something absent is absent, for every row
            }
        }

        double* target = scratch.Column(ordinal);
        selection.Begin();
        while (selection.HasBlock)
        {
            RowBlock block = selection.Block;
            if (block.InPlace)
            {
                program.EvaluateNumeric(block, columns, scratch, target + block.BaseRow);
            }
            else
            {
                // The last instruction writes here and reads each row before it does: sharing register 0 is safe.
                double* values = scratch.Register(0);
                program.EvaluateNumeric(block, columns, scratch, values);
                RowKernels.Scatter(values, block.Rows, target);
            }

            selection.Skip(block);
        }

        scratch.Fields[ordinal] = target;
    }

    private static void RefuseAll(
        int counter, ref RowSelection selection, PreparationScratch scratch, IRefusalSink refusals)
    {
        ReadOnlySpan<ushort> all = selection.Rows;
        all.CopyTo(new Span<ushort>(scratch.Refused, all.Length));
        selection.Clear();
        Report(counter, all.Length, scratch, refusals);
    }

    private static void Report(int counter, int refused, PreparationScratch scratch, IRefusalSink refusals)
    {
        if (refused > 0)
        {
            refusals.Refuse(counter, new ReadOnlySpan<ushort>(scratch.Refused, refused));
        }
    }
}
