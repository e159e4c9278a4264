using FastStream.Engine.Definitions;

namespace FastStream.Engine.Partitions.Preparation;

/// <summary>
/// One step of an expression: arithmetic into a register, a comparison or logic into a mask. A lone operand (the whole
/// expression is a field or number) is <see cref="ExpressionOperator.Field"/>: a copy.
/// </summary>
internal readonly record struct ExpressionInstruction(
    ExpressionOperator Operator, ExpressionOperand Left, ExpressionOperand Right, int Target);
