using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastStream.Engine.Partitions.Preparation.Kernels;

/// <summary>
/// The comparisons of expressions and the checks of rules. Each is false for NaN, which is absent, unless it says so.
/// </summary>
internal static class MaskTests
{
    internal readonly struct Less : IMaskTest
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool Test(double left, double right) => left < right;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<double> Test(Vector256<double> left, Vector256<double> right) =>
            Vector256.LessThan(left, right);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<double> Test(Vector512<double> left, Vector512<double> right) =>
            Vector512.LessThan(left, right);
    }

    internal readonly struct LessOrEqual : IMaskTest
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool Test(double left, double right) => left <= right;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<double> Test(Vector256<double> left, Vector256<double> right) =>
            Vector256.LessThanOrEqual(left, right);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<double> Test(Vector512<double> left, Vector512<double> right) =>
            Vector512.LessThanOrEqual(left, right);
    }

    internal readonly struct Greater : IMaskTest
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool Test(double left, double right) => left > right;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<double> Test(Vector256<double> left, Vector256<double> right) =>
            Vector256.GreaterThan(left, right);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<double> Test(Vector512<double> left, Vector512<double> right) =>
            Vector512.GreaterThan(left, right);
    }

    internal readonly struct GreaterOrEqual : IMaskTest
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool Test(double left, double right) => left >= right;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<double> Test(Vector256<double> left, Vector256<double> right) =>
            Vector256.GreaterThanOrEqual(left, right);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<double> Test(Vector512<double> left, Vector512<double> right) =>
            Vector512.GreaterThanOrEqual(left, right);
    }

    internal readonly struct Equal : IMaskTest
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool Test(double left, double right) => left == right;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<double> Test(Vector256<double> left, Vector256<double> right) =>
            Vector256.Equals(left, right);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<double> Test(Vector512<double> left, Vector512<double> right) =>
            Vector512.Equals(left, right);
    }

    /// <summary>Both present and different: IEEE's own != would be true for something absent.</summary>
    internal readonly struct NotEqual : IMaskTest
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool Test(double left, double right) => left < right || left > right;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<double> Test(Vector256<double> left, Vector256<double> right) =>
            Vector256.LessThan(left, right) | Vector256.GreaterThan(left, right);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<double> Test(Vector512<double> left, Vector512<double> right) =>
            Vector512.LessThan(left, right) | Vector512.GreaterThan(left, right);
    }

    /// <summary>Anything but NaN.</summary>
    internal readonly struct Present : IMaskTest
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool Test(double left, double right) => !double.IsNaN(left);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<double> Test(Vector256<double> left, Vector256<double> right) =>
            Vector256.Equals(left, left);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<double> Test(Vector512<double> left, Vector512<double> right) =>
            Vector512.Equals(left, left);
    }

    /// <summary>Finite or absent.</summary>
    internal readonly struct NotInfinite : IMaskTest
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool Test(double left, double right) => !double.IsInfinity(left);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<double> Test(Vector256<double> left, Vector256<double> right) =>
            ~Vector256.Equals(Vector256.Abs(left), Vector256.Create(double.PositiveInfinity));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<double> Test(Vector512<double> left, Vector512<double> right) =>
            ~Vector512.Equals(Vector512.Abs(left), Vector512.Create(double.PositiveInfinity));
    }

    /// <summary>Within two bounds, or absent.</summary>
    internal readonly struct Inside : IMaskTest
    {
        private readonly double _low;
        private readonly double _high;

        public Inside(double low, double high)
        {
            _low = low;
            _high = high;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool Test(double left, double right) => !(left < _low || left > _high);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<double> Test(Vector256<double> left, Vector256<double> right) =>
            ~(Vector256.LessThan(left, Vector256.Create(_low)) | Vector256.GreaterThan(left, Vector256.Create(_high)));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<double> Test(Vector512<double> left, Vector512<double> right) =>
            ~(Vector512.LessThan(left, Vector512.Create(_low)) | Vector512.GreaterThan(left, Vector512.Create(_high)));
    }
}
