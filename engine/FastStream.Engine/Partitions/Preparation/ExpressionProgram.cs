using FastStream.Engine.Definitions;
using FastStream.Engine.Partitions.Preparation.Kernels;

namespace FastStream.Engine.Partitions.Preparation;

/// <summary>
/// An expression as a list of instructions, each of which runs a kernel over a whole block of rows. Immutable; all
/// state is in the scratch memory it is given.
/// </summary>
internal sealed unsafe class ExpressionProgram
{
    private readonly ExpressionInstruction[] _instructions;
    private readonly int[] _fields;

    private ExpressionProgram(ExpressionInstruction[] instructions, int[] fields)
    {
        _instructions = instructions;
        _fields = fields;
    }

    /// <summary>Ordinals of the fields it reads.</summary>
    public ReadOnlySpan<int> Fields => _fields;

    public static ExpressionProgram Compile(FieldExpression expression, StreamDefinition stream)
    {
        if (stream.FindUnknownField(expression.Fields) is string fault)
        {
            throw new DefinitionException($"expression \"{expression}\": {fault}");
        }

        List<ExpressionInstruction> instructions = [];
        ExpressionOperand result = Emit(expression.Root, stream, instructions, 0);
        if (instructions.Count == 0)
        {
            instructions.Add(new ExpressionInstruction(ExpressionOperator.Field, result, default, 0));
        }

        return new ExpressionProgram(
            [.. instructions], [.. expression.Fields.Select(stream.OrdinalOf)]);
    }

    /// <summary>Evaluates a condition for the block; the answer is in the mask that is returned.</summary>
    public ulong* EvaluateCondition(in RowBlock block, in FrameColumns columns, PreparationScratch scratch)
    {
        Gather(block, columns, scratch);
        int count = block.ValueCount;
        foreach (ref readonly ExpressionInstruction step in _instructions.AsSpan())
        {
            if (step.Operator < ExpressionOperator.Less)
            {
                RunArithmetic(step, block, columns, scratch, scratch.Register(step.Target), count);
            }
            else
            {
                RunMask(step, block, columns, scratch, count);
            }
        }

        return scratch.Mask(_instructions[^1].Target);
    }

    /// <summary>
    /// Evaluates a number for the block into <paramref name="target"/>, which has room for the block's values. Every
    /// field it reads must be there: the caller knows that the result is absent otherwise.
    /// </summary>
    public void EvaluateNumeric(
        in RowBlock block, in FrameColumns columns, PreparationScratch scratch, double* target)
    {
        Gather(block, columns, scratch);
        int count = block.ValueCount;
        for (int i = 0; i < _instructions.Length; i++)
        {
            ref readonly ExpressionInstruction step = ref _instructions[i];
            bool last = i == _instructions.Length - 1;
            RunArithmetic(step, block, columns, scratch, last ? target : scratch.Register(step.Target), count);
        }
    }

    /// <summary>
    /// Emits the instructions of a node, its operands first. Registers and masks are stacks: a node at depth d leaves
    /// its result at d and may use those above, which are fewer than the nodes of the expression.
    /// </summary>
    private static ExpressionOperand Emit(
        ExpressionNode node, StreamDefinition stream, List<ExpressionInstruction> instructions, int depth)
    {
        switch (node.Operator)
        {
            case ExpressionOperator.Field:
                return ExpressionOperand.OfField(stream.OrdinalOf(node.FieldName));
            case ExpressionOperator.Number:
                return ExpressionOperand.OfConstant(node.Number);
            default:
                ExpressionOperand left = Emit(node.Left!, stream, instructions, depth);
                ExpressionOperand right = node.Right is null
                    ? default
                    : Emit(node.Right, stream, instructions, depth + 1);
                instructions.Add(new ExpressionInstruction(node.Operator, left, right, depth));
                return node.IsCondition ? ExpressionOperand.OfMask(depth) : ExpressionOperand.OfRegister(depth);
        }
    }

    private void Gather(in RowBlock block, in FrameColumns columns, PreparationScratch scratch)
    {
        if (block.InPlace)
        {
            return;
        }

        foreach (int ordinal in _fields)
        {
            double* column = columns.Field(ordinal);
            if (column != null)
            {
                RowKernels.Gather(column, block.Rows, scratch.Gathered(ordinal));
            }
        }
    }

    /// <summary>Values of an operand for the block; null for a constant, which an absent column is too.</summary>
    private static double* Resolve(
        ExpressionOperand operand, in RowBlock block, in FrameColumns columns, PreparationScratch scratch,
        out double constant)
    {
        constant = operand.Constant;
        switch (operand.Kind)
        {
            case OperandKind.Register:
                return scratch.Register(operand.Index);
            case OperandKind.Field:
                double* column = columns.Field(operand.Index);
                constant = double.NaN;
                return column == null ? null : block.InPlace ? column + block.BaseRow : scratch.Gathered(operand.Index);
            default:
                return null;
        }
    }

    private static void RunArithmetic(
        in ExpressionInstruction step, in RowBlock block, in FrameColumns columns, PreparationScratch scratch,
        double* target, int count)
    {
        double* left = Resolve(step.Left, block, columns, scratch, out double leftConstant);
        double* right = Resolve(step.Right, block, columns, scratch, out double rightConstant);
        Operands operands = new(left, leftConstant, right, rightConstant);
        switch (step.Operator)
        {
            case ExpressionOperator.Add:
                Apply(new ColumnOperations.Add(), operands, target, count);
                break;
            case ExpressionOperator.Subtract:
                Apply(new ColumnOperations.Subtract(), operands, target, count);
                break;
            case ExpressionOperator.Multiply:
                Apply(new ColumnOperations.Multiply(), operands, target, count);
                break;
            case ExpressionOperator.Divide:
                Apply(new ColumnOperations.Divide(), operands, target, count);
                break;
            case ExpressionOperator.Field:
                Apply(new ColumnOperations.Copy(), operands, target, count);
                break;
            default:
                throw new InvalidOperationException($"{step.Operator} is not arithmetic");
        }
    }

    private static void RunMask(
        in ExpressionInstruction step, in RowBlock block, in FrameColumns columns, PreparationScratch scratch,
        int count)
    {
        ulong* target = scratch.Mask(step.Target);
        switch (step.Operator)
        {
            case ExpressionOperator.And:
                MaskKernel.And(scratch.Mask(step.Left.Index), scratch.Mask(step.Right.Index), target, count);
                return;
            case ExpressionOperator.Or:
                MaskKernel.Or(scratch.Mask(step.Left.Index), scratch.Mask(step.Right.Index), target, count);
                return;
            case ExpressionOperator.Not:
                MaskKernel.Not(scratch.Mask(step.Left.Index), target, count);
                return;
            default:
                break;
        }

        double* left = Resolve(step.Left, block, columns, scratch, out double leftConstant);
        double* right = Resolve(step.Right, block, columns, scratch, out double rightConstant);
        Compare(step.Operator, new Operands(left, leftConstant, right, rightConstant), target, count);
    }

    private static void Compare(ExpressionOperator comparison, in Operands operands, ulong* target, int count)
    {
        switch (comparison)
        {
            case ExpressionOperator.Less:
                Test(new MaskTests.Less(), operands, target, count);
                break;
            case ExpressionOperator.LessOrEqual:
                Test(new MaskTests.LessOrEqual(), operands, target, count);
                break;
            case ExpressionOperator.Greater:
                Test(new MaskTests.Greater(), operands, target, count);
                break;
            case ExpressionOperator.GreaterOrEqual:
                Test(new MaskTests.GreaterOrEqual(), operands, target, count);
                break;
            case ExpressionOperator.Equal:
                Test(new MaskTests.Equal(), operands, target, count);
                break;
            case ExpressionOperator.NotEqual:
                Test(new MaskTests.NotEqual(), operands, target, count);
                break;
            default:
                throw new InvalidOperationException($"{comparison} is not a comparison");
        }
    }

    private static void Apply<TOperation>(TOperation operation, in Operands operands, double* target, int count)
        where TOperation : struct, IColumnOperation
    {
        ConstantSource leftConstant = new(operands.LeftConstant);
        ConstantSource rightConstant = new(operands.RightConstant);
        switch (operands.Left != null, operands.Right != null)
        {
            case (true, true):
                ColumnKernel.Run(
                    operation, new ColumnSource(operands.Left), new ColumnSource(operands.Right), target, count);
                break;
            case (true, false):
                ColumnKernel.Run(operation, new ColumnSource(operands.Left), rightConstant, target, count);
                break;
            case (false, true):
                ColumnKernel.Run(operation, leftConstant, new ColumnSource(operands.Right), target, count);
                break;
            default:
                ColumnKernel.Run(operation, leftConstant, rightConstant, target, count);
                break;
        }
    }

    private static void Test<TTest>(TTest test, in Operands operands, ulong* target, int count)
        where TTest : struct, IMaskTest
    {
        ConstantSource leftConstant = new(operands.LeftConstant);
        ConstantSource rightConstant = new(operands.RightConstant);
        switch (operands.Left != null, operands.Right != null)
        {
            case (true, true):
                MaskKernel.Run(
                    test, new ColumnSource(operands.Left), new ColumnSource(operands.Right), target, count);
                break;
            case (true, false):
                MaskKernel.Run(test, new ColumnSource(operands.Left), rightConstant, target, count);
                break;
            case (false, true):
                MaskKernel.Run(test, leftConstant, new ColumnSource(operands.Right), target, count);
                break;
            default:
                MaskKernel.Run(test, leftConstant, rightConstant, target, count);
                break;
        }
    }

    private readonly struct Operands
    {
        public Operands(double* left, double leftConstant, double* right, double rightConstant)
        {
            Left = left;
            LeftConstant = leftConstant;
            Right = right;
            RightConstant = rightConstant;
        }

        public double* Left { get; }

        public double LeftConstant { get; }

        public double* Right { get; }

        public double RightConstant { get; }
    }
}
