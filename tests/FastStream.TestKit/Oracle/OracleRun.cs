using FastStream.TestKit.Model;

namespace FastStream.TestKit.Oracle;

/// <summary>Plays the database's rows to the model.</summary>
internal static class OracleRun
{
    /// <summary>Feeds all frames; throws when the model refuses one.</summary>
    public static void Feed(ReferenceEngine model, string stream, IEnumerable<OracleFrame> frames)
    {
        Dictionary<string, ModelSession> sessions = [];
        foreach (OracleFrame one in frames)
        {
            if (!sessions.TryGetValue(one.Producer, out ModelSession? session))
            {
                session = model.Hello(stream, one.Producer, level: ModelAckLevel.None);
                sessions.Add(one.Producer, session);
            }

            ModelReply reply = model.Offer(session, one.Frame, long.MaxValue);
            if (reply.Verdict != ModelVerdict.Accepted)
            {
                throw new InvalidOperationException($"the model answers {reply.Verdict} ({reply.Reason})");
            }
        }
    }
}
