using FastStream.Engine.Definitions;

namespace FastStream.Engine.Partitions.Preparation;

/// <summary>A view's filter, compiled for a stream's fields. Immutable; partitions may share it.</summary>
internal sealed unsafe class FilterPlan
{
    private readonly ExpressionProgram _program;

    private FilterPlan(ExpressionProgram program) => _program = program;

    /// <exception cref="DefinitionException">Not a condition, or a field the stream lacks.</exception>
    public static FilterPlan Compile(FieldExpression condition, StreamDefinition stream)
    {
        if (!condition.IsCondition)
        {
            throw new DefinitionException($"filter \"{condition}\" is not a condition: compare it with a number");
        }

        return new FilterPlan(ExpressionProgram.Compile(condition, stream));
    }

    /// <summary>
    /// The rows that meet the condition, ascending: <paramref name="rows"/> itself if all do, else a part of
    /// <paramref name="accepted"/>, which has room for all rows and may be the memory of <paramref name="rows"/>.
    /// </summary>
    public ReadOnlySpan<ushort> Run(
        in FrameColumns columns, ReadOnlySpan<ushort> rows, Span<ushort> accepted, PreparationScratch scratch)
    {
        RowSelection selection = new(rows, accepted);
        Apply(_program, columns, ref selection, scratch);
        return selection.Rows;
    }

    /// <summary>Keeps the rows that meet a condition; the others are in the scratch's list of refused rows.</summary>
    internal static int Apply(
        ExpressionProgram program, in FrameColumns columns, ref RowSelection selection, PreparationScratch scratch)
    {
        selection.Begin();
        while (selection.HasBlock)
        {
            RowBlock block = selection.Block;
            selection.Take(block, program.EvaluateCondition(block, columns, scratch), scratch.Refused);
        }

        return selection.End();
    }
}
