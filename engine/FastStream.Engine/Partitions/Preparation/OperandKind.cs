namespace FastStream.Engine.Partitions.Preparation;

/// <summary>Where an operand lives.</summary>
internal enum OperandKind : byte
{
    Constant,
    Field,
    Register,
    Mask,
}
