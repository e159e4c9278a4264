using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastStream.Engine.Partitions.Preparation.Kernels;

/// <summary>The operations of expressions and rules. IEEE 754 gives each the same bits in every width.</summary>
internal static class ColumnOperations
{
    internal readonly struct Add : IColumnOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public double Apply(double left, double right) => left + right;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<double> Apply(Vector256<double> left, Vector256<double> right) => left + right;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<double> Apply(Vector512<double> left, Vector512<double> right) => left + right;
    }

    internal readonly struct Subtract : IColumnOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public double Apply(double left, double right) => left - right;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<double> Apply(Vector256<double> left, Vector256<double> right) => left - right;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<double> Apply(Vector512<double> left, Vector512<double> right) => left - right;
    }

    internal readonly struct Multiply : IColumnOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public double Apply(double left, double right) => left * right;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<double> Apply(Vector256<double> left, Vector256<double> right) => left * right;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<double> Apply(Vector512<double> left, Vector512<double> right) => left * right;
    }

    internal readonly struct Divide : IColumnOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public double Apply(double left, double right) => left / right;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<double> Apply(Vector256<double> left, Vector256<double> right) => left / right;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<double> Apply(Vector512<double> left, Vector512<double> right) => left / right;
    }

    /// <summary>The value itself: for <c>g = a</c>, and to turn infinities into absent.</summary>
    internal readonly struct Copy : IColumnOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public double Apply(double left, double right) => left;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<double> Apply(Vector256<double> left, Vector256<double> right) => left;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<double> Apply(Vector512<double> left, Vector512<double> right) => left;
    }

    /// <summary>One multiplication, then one addition, each rounded: never contracted to one.</summary>
    internal readonly struct Scale : IColumnOperation
    {
        private readonly double _factor;
        private readonly double _offset;

        public Scale(double factor, double offset)
        {
            _factor = factor;
            _offset = offset;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public double Apply(double left, double right) => (left * _factor) + _offset;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<double> Apply(Vector256<double> left, Vector256<double> right) =>
            (left * Vector256.Create(_factor)) + Vector256.Create(_offset);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<double> Apply(Vector512<double> left, Vector512<double> right) =>
            (left * Vector512.Create(_factor)) + Vector512.Create(_offset);
    }
}
