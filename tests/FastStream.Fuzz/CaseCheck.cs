using System.Diagnostics;

namespace FastStream.Fuzz;

/// <summary>Runs one input of a target and holds every rule: no exception, no leak, little memory, little time.</summary>
internal sealed class CaseCheck : IDisposable
{
    /// <summary>A case may not take longer.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(10);

    private const int Retries = 2;
    private static readonly long s_limitTicks = (long)(Limit.TotalSeconds * Stopwatch.Frequency);

    private readonly GuardedMemory _memory = new(InputBuffer.CapacityBytes);

    /// <summary>Of the last case: whether the target took the input.</summary>
    public bool WasTaken { get; private set; }

    /// <summary>Of the last case, in nanoseconds of wall time, or of processor time where it was looked at again.</summary>
    public long ElapsedNs { get; private set; }

    /// <summary>Null when every rule holds; else signature and text of the fault.</summary>
    /// <remarks>After a fault the target may hold what it should not: the caller makes another.</remarks>
    public (string Signature, string Text)? Run(FuzzTarget target, ReadOnlySpan<byte> bytes, bool isValid, bool atEnd)
    {
        ReadOnlySpan<byte> input = _memory.Copy(bytes, atEnd);
        long start = Stopwatch.GetTimestamp();
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            WasTaken = target.Run(input);
        }
        catch (Exception fault)
        {
            return (SignatureOf(fault), fault.ToString());
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        long ticks = Stopwatch.GetTimestamp() - start;
        ElapsedNs = ticks * (1_000_000_000 / Stopwatch.Frequency);
        if (allocated > target.AllocationLimit(input.Length) && AllocatesAgain(target, input, out allocated))
        {
            return ("allocation", $"{allocated} bytes allocated for {input.Length}; the limit is {target.AllocationLimit(input.Length)}");
        }

        if (target.FindLeak() is string leak)
        {
            return ("leak", leak);
        }

        if (isValid && !WasTaken && target.ValidInputsParse)
        {
            return ("valid-refused", "a valid input was refused");
        }

        return ticks > s_limitTicks && IsSlow(target, input)
            ? ("slow", $"{ElapsedNs / 1e6:F1} ms of processor time, each of {Retries} times again")
            : null;
    }

    public void Dispose() => _memory.Dispose();

    // The first case of its kind pays for code that is compiled and tables that are made; the next may not.
    private static bool AllocatesAgain(FuzzTarget target, ReadOnlySpan<byte> input, out long allocated)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        target.Run(input);
        allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return allocated > target.AllocationLimit(input.Length);
    }

    // The machine may have been busy: only processor time counts, and only if it is spent every time.
    private bool IsSlow(FuzzTarget target, ReadOnlySpan<byte> input)
    {
        long leastNs = long.MaxValue;
        for (int retry = 0; retry < Retries; retry++)
        {
            long start = ThreadTime.NowNs();
            target.Run(input);
            leastNs = Math.Min(leastNs, ThreadTime.NowNs() - start);
        }

        ElapsedNs = Math.Min(ElapsedNs, leastNs);
        return leastNs > Limit.TotalNanoseconds;
    }

    // Kind of the exception and the first of our methods on its way; of a broken rule, the rule.
    private static string SignatureOf(Exception fault)
    {
        if (fault is FuzzFault)
        {
            return "rule: " + fault.Message;
        }

        StackTrace trace = new(fault);
        string? place = trace.GetFrames()
            .Select(frame => frame.GetMethod())
            .Where(method => method?.DeclaringType?.FullName?.StartsWith("FastStream.", StringComparison.Ordinal) == true)
            .Select(method => $"{method!.DeclaringType!.Name}.{method.Name}")
            .FirstOrDefault();
        return $"{fault.GetType().Name} in {place ?? "?"}";
    }
}
