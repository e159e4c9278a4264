namespace FastStream.TestKit.Model;

/// <summary>An ack that was sent.</summary>
internal sealed record ModelAck(ModelSession Session, long Sequence, bool Duplicate, ModelOutcome Outcome);
