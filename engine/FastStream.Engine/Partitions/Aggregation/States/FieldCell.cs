using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastStream.Engine.Partitions.Aggregation.States;

/// <summary>
/// Key, record count and all that a <see cref="Summary"/> and a <see cref="Moments"/> of one field hold, in one cache
/// line. The present values are not counted: they are the records, less the few absent ones that the table counts.
/// </summary>
/// <remarks>
/// Starts as a <see cref="CellHead"/>. What is updated alike stands side by side, so that a record costs one load and
/// one store of four numbers, or two of pairs, and those of two more. All arithmetic is that of
/// <see cref="SummaryState"/> and <see cref="MomentsState"/>, in the same order, with the same bits.
/// </remarks>
internal unsafe struct FieldCell
{
    /// <summary>Log2 of the bytes.</summary>
    public const int Log2Bytes = 6;

    /// <summary>The key.</summary>
    public ulong Key;

    /// <summary>Records aggregated; zero in a place that is free.</summary>
    public long RecordCount;

    /// <summary>Sum of the present values.</summary>
    public double Sum;

    /// <summary>Sum of the distances from the pivot.</summary>
    public double ShiftedSum;

    /// <summary>The smallest with its sign turned, so that one comparison serves both; -infinity = none.</summary>
    public double NegatedMin;

    /// <summary>The largest; -infinity = none.</summary>
    public double Max;

    /// <summary>One of the values.</summary>
    public double Pivot;

    /// <summary>Sum of the squares of the distances.</summary>
    public double ShiftedSquareSum;

    /// <summary>Makes an empty cell.</summary>
    public static void Init(FieldCell* cell, ulong key) => *cell = new FieldCell
    {
        Key = key,
        NegatedMin = double.NegativeInfinity,
        Max = double.NegativeInfinity,
    };

    /// <summary>
    /// Adds a present value; if there are moments, its number in the cell is not a power of two. The record count is
    /// set by the caller.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<TMoments>(FieldCell* cell, double value)
        where TMoments : struct, IMoments
    {
        if (TMoments.Kept && Avx.IsSupported)
        {
            AddByFour(cell, value);
        }
        else
        {
            AddByTwo<TMoments>(cell, value);
        }
    }

    /// <summary>Adds by pairs: on any machine, and without moments too, with the same bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void AddByTwo<TMoments>(FieldCell* cell, double value)
        where TMoments : struct, IMoments
    {
        Vector128<double> both = Vector128.Create(value);
        if (TMoments.Kept)
        {
            double distance = value - cell->Pivot;
            Vector128<double> sums = Vector128.Create(value, distance);
            (Vector128.Load(&cell->Sum) + sums).Store(&cell->Sum);
            cell->ShiftedSquareSum = cell->ShiftedSquareSum + (distance * distance);
        }
        else
        {
            cell->Sum += value;
        }

        // No NaN comes here; which zero wins among +0 and -0 differs by machine, and results show +0 for both.
        Vector128<double> ends = both ^ Vector128.Create(-0.0, 0.0);
        Vector128.MaxNative(Vector128.Load(&cell->NegatedMin), ends).Store(&cell->NegatedMin);
    }

    /// <summary>Adds a present value, number <paramref name="n"/> of the cell, whatever n is.</summary>
    public static void Add<TMoments>(FieldCell* cell, double value, long n)
        where TMoments : struct, IMoments
    {
        if (TMoments.Kept && (n & (n - 1)) == 0)
        {
            Moments moments = MomentsOf(cell, n);
            MomentsState.AddAtPowerOfTwo(&moments, value);
            cell->Pivot = moments.Pivot;
            cell->ShiftedSum = moments.Sum;
            cell->ShiftedSquareSum = moments.SquareSum;
            Add<WithoutMoments>(cell, value);
        }
        else
        {
            Add<TMoments>(cell, value);
        }
    }

    /// <summary>
    /// Adds a run of adjacent values that follow <paramref name="before"/> present ones; returns how many are present.
    /// </summary>
    public static long AddRun(FieldCell* cell, double* values, int count, long before)
    {
        int first = 0;
        while (first < count && double.IsNaN(values[first]))
        {
            first++;
        }

        if (first == count)
        {
            return 0;
        }

        cell->Pivot = before == 0 ? values[first] : cell->Pivot;
        Moments moments = MomentsOf(cell, before);
        Kernels.LaneField.Reduce(values, count, cell->Pivot, out Summary summary, out Moments run);
        MomentsState.AddRun(&moments, run, values, count);
        cell->Sum += summary.Sum;
        cell->NegatedMin = double.MaxNative(cell->NegatedMin, -summary.Min);
        cell->Max = double.MaxNative(cell->Max, summary.Max);
        cell->Pivot = moments.Pivot;
        cell->ShiftedSum = moments.Sum;
        cell->ShiftedSquareSum = moments.SquareSum;
        return run.Count;
    }

    /// <summary>The summary of a cell with so many present values.</summary>
    public static Summary SummaryOf(FieldCell* cell, long count) =>
        new() { Count = count, Sum = cell->Sum, Min = -cell->NegatedMin, Max = cell->Max };

    /// <summary>The moments of a cell with so many present values.</summary>
    public static Moments MomentsOf(FieldCell* cell, long count) => new()
    {
        Count = count,
        Pivot = cell->Pivot,
        Sum = cell->ShiftedSum,
        SquareSum = cell->ShiftedSquareSum,
    };

    // With moments: sums and ends in one load and one store. A record is bound by what it loads and stores.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddByFour(FieldCell* cell, double value)
    {
        double distance = value - cell->Pivot;
        Vector128<double> ends = Vector128.Create(value) ^ Vector128.Create(-0.0, 0.0);
        Vector256<double> four = Vector256.Create(Vector128.Create(value, distance), ends);
        Vector256<double> old = Vector256.Load(&cell->Sum);
        Avx.Blend(old + four, Vector256.MaxNative(old, four), 0b1100).Store(&cell->Sum);
        cell->ShiftedSquareSum = cell->ShiftedSquareSum + (distance * distance);
    }
}
