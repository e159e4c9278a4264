namespace FastStream.TestKit.Model;

/// <summary>Verdict, reason, the sequence the session should send next, and what became of the records.</summary>
internal sealed record ModelReply(ModelVerdict Verdict, ModelRefusal Reason, long ExpectedSequence)
{
    /// <summary>Journal address of the entry; of the first one for a duplicate; 0 when nothing was journaled.</summary>
    public long Address { get; init; }

    /// <summary>Counts of an accepted frame.</summary>
    public ModelOutcome Outcome { get; init; } = new();
}
