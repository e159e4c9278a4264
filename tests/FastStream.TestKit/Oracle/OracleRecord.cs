namespace FastStream.TestKit.Oracle;

/// <summary>One record for the database: who sends it, key, event time, a whole number or nothing.</summary>
internal sealed record OracleRecord(string Producer, string Key, long TimeNs, long? Value);
