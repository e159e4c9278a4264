namespace FastStream.Engine.Monitoring;

/// <summary>How many records a preparation rule refused.</summary>
/// <param name="Rule">The rule's text form.</param>
/// <param name="Refused">Records refused under it.</param>
public sealed record RuleCount(string Rule, long Refused);
