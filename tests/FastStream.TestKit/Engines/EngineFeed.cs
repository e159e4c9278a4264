using FastStream.Engine;
using FastStream.Protocol;
using FastStream.TestKit.Oracle;
using FastStream.TestKit.Wire;

namespace FastStream.TestKit.Engines;

/// <summary>
/// Sends frames of several producers to an engine as fast as it takes them. A later feed of the same frames, to an
/// engine that came back, goes on where each producer's welcome says.
/// </summary>
internal sealed class EngineFeed(string stream, IReadOnlyList<OracleFrame> frames, IReadOnlyList<string> columns)
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(120);

    /// <summary>Frames in all.</summary>
    public int FrameCount => frames.Count;

    /// <summary>Sends what the engine does not have, up to a number of frames; answers come later.</summary>
    public async Task<IReadOnlyList<Task<EngineAnswer>>> SendAsync(IngestionEngine engine, int frameCount)
    {
        int[] fieldOfColumn = [.. Enumerable.Range(0, columns.Count)];
        Dictionary<string, EngineSession> sessions = [];
        Dictionary<string, long> last = [];
        foreach (OracleFrame one in frames.Take(frameCount))
        {
            if (!sessions.TryGetValue(one.Producer, out EngineSession? session))
            {
                session = await EngineSession.OpenAsync(
                    engine.Core, stream, one.Producer, KeyKind.Text, epoch: 1, columns).ConfigureAwait(false);
                sessions.Add(one.Producer, session);
            }

            last[one.Producer] = one.Frame.Sequence;
        }

        List<Task<EngineAnswer>> answers = [.. sessions
            .Where(session => last[session.Key] > session.Value.LastSequence)
            .Select(session => session.Value.AnswerTo(last[session.Key]))];
        foreach (OracleFrame one in frames.Take(frameCount))
        {
            EngineSession session = sessions[one.Producer];
            if (one.Frame.Sequence > session.LastSequence)
            {
                EncodingMode mode = one.Frame.Sequence % 2 == 0 ? EncodingMode.Raw : EncodingMode.Auto;
                session.Send(WireFrames.Encode(one.Frame, textKeys: true, fieldOfColumn, mode));
            }
        }

        return answers;
    }

    /// <summary>Sends everything and waits until all of it is durable.</summary>
    public async Task SendAllAsync(IngestionEngine engine)
    {
        foreach (Task<EngineAnswer> answer in await SendAsync(engine, frames.Count).ConfigureAwait(false))
        {
            EngineAnswer got = await answer.WaitAsync(s_deadline).ConfigureAwait(false);
            if (got.Code != ErrorCode.None)
            {
                throw new InvalidOperationException($"the engine answers {got.Code}");
            }
        }
    }
}
