using FastStream.TestKit.Model;

namespace FastStream.TestKit.Generate;

/// <summary>How a frame was answered: verdict, reason, and what became of its records when it was accepted.</summary>
internal sealed record HistoryReply(ModelVerdict Verdict, ModelRefusal Reason, ModelOutcome Outcome);
