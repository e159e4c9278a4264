namespace FastStream.TestKit.Model;

/// <summary>A rule of preparation: a name for the counter and what a record must satisfy.</summary>
internal sealed record ModelRule(string Name, Func<ModelRecord, bool> Accepts);
