using System.Diagnostics;
using FastStream.Protocol;

namespace FastStream.Cli.Generation;

/// <summary>Plays a load through as many sessions as it takes. Blocks the calling thread.</summary>
internal static class Load
{
    private const long EncodeAheadBytes = 512L << 20;
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(1);

    public static LoadOutcome Play(GeneratePlan plan, Action<string> say, CancellationToken stop)
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
        AckLevel granted = plan.AckLevel;
        TimeSpan pause = s_firstPause;
        while (sessions == 0 || !window.IsDone)
        {
            try
            {
                using LoadConnection connection = LoadConnection.Open(plan, epoch);
                epoch = connection.Welcome.Epoch;
                congestion = connection.Congestion;
                granted = connection.Welcome.AckLevel;
                CheckNothingLost(window, connection, sessions);
                sessions++;
                pause = s_firstPause;
                window.Restart();
                using LoadSession session = new(plan, connection, frames, window, answers);
                session.Run(pace, stop);
            }
            catch (ConnectionLostException lost) when (plan.Retry)
            {
                say($"faststream: {lost.Message}; trying again");
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

        return new LoadOutcome(clock.Elapsed, window.LatencyNs, answers.AckedFrames, answers.DuplicateFrames,
            answers.RefusedFrames, answers.FirstRefusal, epoch, sessions, frames.EncodedCount, granted, congestion);
    }

    /// <summary>A server that expects a frame again after acking it has broken its promise.</summary>
    private static void CheckNothingLost(FlightWindow window, LoadConnection connection, int sessions)
    {
        ulong last = connection.Welcome.LastSequence;
        if (sessions > 0 && window.LowestUnanswered - 1 > (long)last)
        {
            throw new CommandFailure(ExitCode.Failed,
                $"the server lost acked frames: {window.LowestUnanswered - 1} was answered, the server "
                    + $"knows up to {last}");
        }
    }
}
