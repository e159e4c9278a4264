using System.Runtime.Intrinsics;

namespace FastStream.Engine.Partitions.Preparation.Kernels;

/// <summary>
/// Arithmetic on one or two operands, the same in every width; an operation on one ignores the second. The kernel
/// turns a result that is not finite into NaN, so no operation does.
/// </summary>
internal interface IColumnOperation
{
    double Apply(double left, double right);

    Vector256<double> Apply(Vector256<double> left, Vector256<double> right);

    Vector512<double> Apply(Vector512<double> left, Vector512<double> right);
}
