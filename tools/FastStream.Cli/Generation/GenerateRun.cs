using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace FastStream.Cli.Generation;

/// <summary>One run of <c>generate</c>: encode ahead, play through as many sessions as it takes, sum up.</summary>
internal static class GenerateRun
{
    private const long EncodeAheadBytes = 512L << 20;
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(1);

    public static async Task<ExitCode> RunAsync(GeneratePlan plan, InvocationConfiguration console, CancellationToken stop)
    {
        // Blocking sockets on a thread of their own: a load generator must not share its threads with anything.
        return await Task.Factory.StartNew(
            () => Run(plan, console, stop), stop, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private static ExitCode Run(GeneratePlan plan, InvocationConfiguration console, CancellationToken stop)
    {
        RecordFrames frames = new(plan);
        frames.EncodeAhead(EncodeAheadBytes, stop);
        using AnswerLog answers = new(plan.OutFile);
        using FlightWindow window = new(plan.FromSequence, plan.FrameCount, plan.MaxInFlightFrames);
        LoadPace pace = new(plan.Records.RecordsPerFrame, plan.RecordsPerSecond);
        Stopwatch clock = Stopwatch.StartNew();
        int sessions = 0;
        ulong epoch = plan.Epoch;
        string congestion = "";
        TimeSpan pause = s_firstPause;
        while (sessions == 0 || !window.IsDone)
        {
            try
            {
                using LoadConnection connection = LoadConnection.Open(plan, epoch);
                epoch = connection.Welcome.Epoch;
                congestion = connection.Congestion;
                CheckNothingLost(window, connection, sessions);
                sessions++;
                pause = s_firstPause;
                window.Restart();
                using LoadSession session = new(plan, connection, frames, window, answers);
                session.Run(pace, stop);
            }
            catch (ConnectionLostException lost) when (plan.Retry)
            {
                console.Error.WriteLine($"faststream: {lost.Message}; trying again");
                if (stop.WaitHandle.WaitOne(pause))
                {
                    throw new OperationCanceledException(stop);
                }

                pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
            }
            catch (ConnectionLostException lost)
            {
                throw lost.Failure;
            }
        }

        WriteSummary(plan, console.Output, clock.Elapsed, window, answers,
            new JsonObject { ["epoch"] = epoch, ["sessions"] = sessions, ["encodedAhead"] = frames.EncodedCount, ["congestion"] = congestion });
        return answers.RefusedFrames == 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    /// <summary>A server that expects a frame again after acking it has broken its promise.</summary>
    private static void CheckNothingLost(FlightWindow window, LoadConnection connection, int sessions)
    {
        ulong last = connection.Welcome.LastSequence;
        if (sessions > 0 && window.LowestUnanswered - 1 > (long)last)
        {
            throw new CommandFailure(ExitCode.Failed,
                $"the server lost acked frames: {window.LowestUnanswered - 1} was answered, the server knows up to {last}");
        }
    }

    private static void WriteSummary(
        GeneratePlan plan, TextWriter output, TimeSpan elapsed, FlightWindow window, AnswerLog answers, JsonObject rest)
    {
        long records = plan.FrameCount * plan.Records.RecordsPerFrame;
        double perSecond = records / Math.Max(elapsed.TotalSeconds, 1e-9);
        double p50Ms = window.LatencyNs.Percentile(0.5) / 1e6;
        double p99Ms = window.LatencyNs.Percentile(0.99) / 1e6;
        if (!plan.Json)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{records:N0} records in {plan.FrameCount:N0} frames, {elapsed.TotalSeconds:N2} s: {perSecond:N0} records/s"));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"ack ({plan.AckLevel}) latency of a frame: p50 {p50Ms:N2} ms, p99 {p99Ms:N2} ms"));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{answers.AckedFrames:N0} acked, {answers.DuplicateFrames:N0} duplicates, {answers.RefusedFrames:N0} refused"));
            output.WriteLine($"epoch {rest["epoch"]}, sessions {rest["sessions"]}, congestion control {rest["congestion"]}, "
                + $"{rest["encodedAhead"]} frames encoded before the clock started");
            return;
        }

        JsonObject summary = new()
        {
            ["stream"] = plan.Stream,
            ["producer"] = plan.Records.Producer,
            ["frames"] = plan.FrameCount,
            ["records"] = records,
            ["seconds"] = Math.Round(elapsed.TotalSeconds, 6),
            ["recordsPerSecond"] = Math.Round(perSecond),
            ["ackLevel"] = plan.AckLevel.ToString().ToLowerInvariant(),
            ["ackP50Ms"] = Math.Round(p50Ms, 4),
            ["ackP99Ms"] = Math.Round(p99Ms, 4),
            ["acked"] = answers.AckedFrames,
            ["duplicates"] = answers.DuplicateFrames,
            ["refused"] = answers.RefusedFrames,
        };
        foreach ((string name, JsonNode? value) in rest)
        {
            summary[name] = value?.DeepClone();
        }

        output.WriteLine(summary.ToJsonString());
    }
}
