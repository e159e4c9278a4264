using System.Numerics;
using System.Runtime.CompilerServices;
using FastStream.Engine.Partitions.Aggregation.Kernels;

namespace FastStream.Engine.Partitions.Aggregation.States;

/// <summary>
/// Shifted sums for variances. The pivot is always one of the values, first the first one; each time the count
/// reaches a power of two the newest value takes its place if it lies nearer to the mean.
/// </summary>
/// <remarks>
/// Accuracy: with n values, pivot distance D from the mean and deviation s, the result's relative error is about
/// n * 2^-53 * (1 + D^2/s^2) in the worst case (Chan, Golub, LeVeque 1983), and D stays within a few s whatever the
/// magnitude of the mean. A wild first value is itself one of the values, so while it is the pivot D^2/s^2 is at
/// most n, and n is small when the next power of two comes. For integer data all sums are exact while the squares
/// stay below 2^53; the result is then the same for every pivot and order (see <see cref="SpreadOf"/>).
/// </remarks>
internal sealed unsafe class MomentsState : AggregateState
{
    /// <summary>The only instance.</summary>
    public static readonly MomentsState Instance = new();

    /// <inheritdoc/>
    public override string Name => "moments";

    /// <inheritdoc/>
    public override int Bytes => sizeof(Moments);

    /// <summary>
    /// The variance: of the whole population, or of a sample (divided by n - 1). NaN when there are too few values.
    /// </summary>
    public static double Variance(Moments* state, bool sample)
    {
        long count = state->Count;
        if (count == 0 || (sample && count == 1))
        {
            return double.NaN;
        }

        (double high, double low) = SpreadOf(state);
        double divisor = (double)count * (sample ? count - 1 : count);
        double quotient = high / divisor;
        double rest = Math.FusedMultiplyAdd(-quotient, divisor, high) + low;
        double variance = double.IsFinite(quotient) ? quotient + (rest / divisor) : quotient;
        return variance < 0 ? 0 : variance;
    }

    /// <inheritdoc/>
    public override void Init(byte* state) => *(Moments*)state = default;

    /// <inheritdoc/>
    public override void Accumulate(in StateInput input, int offset) => ValueLoop.Run<Update>(input, offset);

    /// <inheritdoc/>
    public override void AccumulateRun(byte* state, double* values, long* times, int count, PartitionHeap heap)
    {
        Moments* moments = (Moments*)state;
        int first = 0;
        while (first < count && double.IsNaN(values[first]))
        {
            first++;
        }

        if (first == count)
        {
            return;
        }

        if (moments->Count == 0)
        {
            moments->Pivot = values[first];
        }

        AddRun(moments, LaneMoments.Reduce(values, count, moments->Pivot), values, count);
    }

    /// <summary>Adds a run of values, at least one of them present, that was reduced about the state's pivot.</summary>
    internal static void AddRun(Moments* moments, in Moments run, double* values, int count)
    {
        long before = moments->Count;
        moments->Count += run.Count;
        moments->Sum += run.Sum;
        moments->SquareSum += run.SquareSum;
        if (BitOperations.Log2((ulong)before) != BitOperations.Log2((ulong)moments->Count))
        {
            int last = count - 1;
            while (double.IsNaN(values[last]))
            {
                last--;
            }

            MovePivotIfNearer(moments, values[last]);
        }
    }

    /// <inheritdoc/>
    public override void Merge(byte* into, byte* from, PartitionHeap heap)
    {
        Moments* target = (Moments*)into;
        Moments source = *(Moments*)from;
        if (target->Count == 0 || source.Count == 0)
        {
            *target = target->Count == 0 ? source : *target;
            return;
        }

        MovePivot(&source, target->Pivot);
        target->Count += source.Count;
        target->Sum += source.Sum;
        target->SquareSum += source.SquareSum;
    }

    /// <summary>Adds the value that makes the count, already raised, a power of two.</summary>
    internal static void AddAtPowerOfTwo(Moments* state, double value)
    {
        if (state->Count == 1)
        {
            state->Pivot = value;
            return;
        }

        double distance = value - state->Pivot;
        state->Sum += distance;
        state->SquareSum += distance * distance;
        MovePivotIfNearer(state, value);
    }

    private static void MovePivotIfNearer(Moments* state, double value)
    {
        double mean = state->Sum / state->Count;
        if (Math.Abs(value - state->Pivot - mean) < Math.Abs(mean))
        {
            MovePivot(state, value);
        }
    }

    // Sum of (x - q)^2 = sum of (x - p)^2 - 2 (q - p) sum of (x - p) + n (q - p)^2; exact for integers.
    private static void MovePivot(Moments* state, double pivot)
    {
        double shift = pivot - state->Pivot;
        double shiftSum = state->Count * shift;
        state->SquareSum += (shift * shiftSum) - (2 * shift * state->Sum);
        state->Sum -= shiftSum;
        state->Pivot = pivot;
    }

    /// <summary>
    /// n * sum of squares - (sum)^2 as an unevaluated sum of two doubles, exact while it fits their 106 bits. It does
    /// not depend on the pivot, and neither does its normal form, so equal data give equal bits in any order.
    /// </summary>
    private static (double High, double Low) SpreadOf(Moments* state)
    {
        (double a, double aRest) = Product(state->Count, state->SquareSum);
        (double b, double bRest) = Product(state->Sum, state->Sum);
        (double high, double low) = Add(a, -b);
        return double.IsFinite(high) ? Add(high, low + (aRest - bRest)) : (high, 0);
    }

    // The residual of a product is exact by one fused multiply-add, in hardware and in software alike.
    private static (double Value, double Residue) Product(double x, double y)
    {
        double value = x * y;
        return (value, Math.FusedMultiplyAdd(x, y, -value));
    }

    // Knuth's two-sum: value + rest = x + y exactly.
    private static (double Value, double Residue) Add(double x, double y)
    {
        double value = x + y;
        double part = value - x;
        return (value, (x - (value - part)) + (y - part));
    }

    private readonly struct Update : IValueUpdate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add(byte* state, double value)
        {
            Moments* moments = (Moments*)state;
            long n = ++moments->Count;
            if ((n & (n - 1)) == 0)
            {
                AddAtPowerOfTwo(moments, value);
                return;
            }

            double distance = value - moments->Pivot;
            moments->Sum += distance;
            moments->SquareSum += distance * distance;
        }
    }
}
