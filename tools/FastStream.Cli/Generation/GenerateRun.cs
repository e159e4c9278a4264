using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace FastStream.Cli.Generation;

/// <summary>One run of <c>generate</c>: plays the load, sums up.</summary>
internal static class GenerateRun
{
    public static async Task<ExitCode> RunAsync(GeneratePlan plan, InvocationConfiguration console,
        CancellationToken stop)
    {
        // Blocking sockets on a thread of their own: a load generator must not share its threads with anything.
        return await Task.Factory.StartNew(
            () => Run(plan, console, stop), stop, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private static ExitCode Run(GeneratePlan plan, InvocationConfiguration console, CancellationToken stop)
    {
        LoadOutcome outcome = Load.Play(plan, console.Error.WriteLine, stop);
        WriteSummary(plan, outcome, console.Output);
        return outcome.FirstRefusal is CommandFailure refusal ? throw refusal : ExitCode.Ok;
    }

    private static void WriteSummary(GeneratePlan plan, LoadOutcome outcome, TextWriter output)
    {
        long records = plan.FrameCount * plan.Records.RecordsPerFrame;
        double perSecond = records / Math.Max(outcome.Elapsed.TotalSeconds, 1e-9);
        double p50Ms = outcome.LatencyNs.Percentile(0.5) / 1e6;
        double p99Ms = outcome.LatencyNs.Percentile(0.99) / 1e6;
        if (!plan.Json)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{records:N0} records in {plan.FrameCount:N0} frames, {outcome.Elapsed.TotalSeconds:N2} s: "
                    + $"{perSecond:N0} records/s"));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"ack ({outcome.AckLevel}) latency of a frame: p50 {p50Ms:N2} ms, p99 {p99Ms:N2} ms"));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{outcome.AckedFrames:N0} acked, {outcome.DuplicateFrames:N0} duplicates, "
                    + $"{outcome.RefusedFrames:N0} refused"));
            output.WriteLine($"epoch {outcome.Epoch}, sessions {outcome.SessionCount}, congestion control "
                + $"{outcome.Congestion}, {outcome.EncodedAheadCount} frames encoded before the clock started");
            return;
        }

        JsonObject summary = new()
        {
            ["stream"] = plan.Stream,
            ["producer"] = plan.Records.Producer,
            ["epoch"] = outcome.Epoch,
            ["frames"] = plan.FrameCount,
            ["records"] = records,
            ["seconds"] = Math.Round(outcome.Elapsed.TotalSeconds, 6),
            ["recordsPerSecond"] = Math.Round(perSecond),
            ["ackLevel"] = outcome.AckLevel.ToString().ToLowerInvariant(),
            ["ackP50Ms"] = Math.Round(p50Ms, 4),
            ["ackP99Ms"] = Math.Round(p99Ms, 4),
            ["acked"] = outcome.AckedFrames,
            ["duplicates"] = outcome.DuplicateFrames,
            ["refused"] = outcome.RefusedFrames,
            ["sessions"] = outcome.SessionCount,
            ["encodedAhead"] = outcome.EncodedAheadCount,
            ["congestion"] = outcome.Congestion,
        };
        output.WriteLine(summary.ToJsonString());
    }
}
