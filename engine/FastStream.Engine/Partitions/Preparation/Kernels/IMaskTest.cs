using System.Runtime.Intrinsics;

namespace FastStream.Engine.Partitions.Preparation.Kernels;

/// <summary>A yes or no about one or two operands, the same in every width; a test of one ignores the second.</summary>
internal interface IMaskTest
{
    bool Test(double left, double right);

    /// <summary>All bits set in the lanes that pass.</summary>
    Vector256<double> Test(Vector256<double> left, Vector256<double> right);

    /// <summary>All bits set in the lanes that pass.</summary>
    Vector512<double> Test(Vector512<double> left, Vector512<double> right);
}
