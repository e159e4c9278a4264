using System.Runtime.Intrinsics;

namespace FastStream.Engine.Partitions.Preparation.Kernels;

/// <summary>
/// Where an operand of a kernel comes from: a column or one constant. A struct type argument, so that each pairing
/// becomes machine code of its own without a branch in the loop.
/// </summary>
internal interface IColumnSource
{
    double Load(int index);

    Vector256<double> Load256(int index);

    Vector512<double> Load512(int index);
}
