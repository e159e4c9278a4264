using FastStream.Engine;
using Microsoft.Extensions.Logging;

namespace FastStream.Server;

/// <summary>
/// Keeps what a server may use within what its process may: a container's memory, or the heap limit of .NET.
/// </summary>
/// <remarks>
/// Logs have their memory from the start and cannot do with less, so too little for them is a refusal. Frames in flight
/// and frames on their way are bounds, which may be lower: producers are held back sooner, and nothing else changes.
/// </remarks>
internal static class MemoryFit
{
    /// <summary>What the runtime, code and quiet connections take before the first frame.</summary>
    internal const long RuntimeBytes = 64L << 20;

    private const long LeastReceiveBytes = 4L << 20;

    /// <summary>What this process may use.</summary>
    internal static long AvailableBytes => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>The options, with lower bounds where the memory asks for it.</summary>
    /// <exception cref="ServerStartException">There is too little for the logs and the smallest bounds.</exception>
    internal static ServerOptions Of(ServerOptions options, long availableBytes, ILogger log)
    {
        EngineLimits limits = options.Engine.Limits;
        long fixedBytes = RuntimeBytes + MemoryPlan.Of(options.Engine).TotalBytes - limits.MaxInFlightBytes;
        long restBytes = availableBytes - fixedBytes;
        long leastInFlightBytes = 4L * limits.MaxFrameBytes;
        long leastBytes = 2 * Math.Max(leastInFlightBytes, 2 * LeastReceiveBytes);
        if (restBytes < leastBytes)
        {
            throw new ServerStartException(
                ServerStartFault.BadConfiguration,
                $"the process may use {availableBytes >> 20} MiB of memory, and by its options needs "
                + $"{(fixedBytes + leastBytes) >> 20} at least: give it more, or lower limits:maxFrameBytes, "
                + "logs:journalPageBytes or logs:journalMemoryBytes");
        }

        // Half for frames inside the engine, a quarter for frames on their way, an eighth for answers that wait; the
        // last eighth for windows and keys.
        long inFlightBytes = Math.Min(limits.MaxInFlightBytes, restBytes / 2);
        long receiveBytes = Math.Min(options.Frames.MaxReceiveBytes, restBytes / 4);
        long unsentBytes = Math.Min(
            options.Frames.MaxTotalUnsentBytes, Math.Max(options.Frames.MaxUnsentBytes, restBytes / 8));
        if (inFlightBytes == limits.MaxInFlightBytes && receiveBytes == options.Frames.MaxReceiveBytes
            && unsentBytes == options.Frames.MaxTotalUnsentBytes)
        {
            return options;
        }

        log.LogWarning(
            "The process may use {Available} MiB of memory, so frames in flight are bounded by {InFlight} MiB, "
            + "frames on their way by {Receive} and answers by {Unsent} MiB; windows and key names share the rest.",
            availableBytes >> 20,
            inFlightBytes >> 20,
            receiveBytes >> 20,
            unsentBytes >> 20);
        return options with
        {
            Engine = options.Engine with { Limits = limits with { MaxInFlightBytes = inFlightBytes } },
            Frames = options.Frames with { MaxReceiveBytes = receiveBytes, MaxTotalUnsentBytes = unsentBytes },
        };
    }
}
