namespace FastStream.Engine.Partitions.Preparation;

/// <summary>What an instruction reads: a field by ordinal, a register, a mask, or a constant.</summary>
internal readonly record struct ExpressionOperand(OperandKind Kind, int Index, double Constant)
{
    public static ExpressionOperand OfField(int ordinal) => new(OperandKind.Field, ordinal, 0);

    public static ExpressionOperand OfRegister(int index) => new(OperandKind.Register, index, 0);

    public static ExpressionOperand OfMask(int index) => new(OperandKind.Mask, index, 0);

    public static ExpressionOperand OfConstant(double value) => new(OperandKind.Constant, 0, value);
}
