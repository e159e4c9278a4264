using System.Text.Json;

namespace FastStream.CrashLoop;

/// <summary>Whether a server that rests has counted each record of the frames it knows once, and under one name.</summary>
internal sealed record LedgerCheck(long RecordsTwice, IReadOnlyList<string> Findings)
{
    /// <param name="ledger">The answer to the question <c>ledger</c>.</param>
    /// <param name="recordsOf">Records that a stream's producers have sent in frames that the server knows.</param>
    public static LedgerCheck Of(JsonElement ledger, Func<string, long> recordsOf)
    {
        List<string> findings = [];
        if (!ledger.GetProperty("balanced").GetBoolean())
        {
            findings.Add($"the ledger is not balanced: {ledger}");
        }

        long twice = 0;
        foreach (JsonElement stream in ledger.GetProperty("streams").EnumerateArray())
        {
            string name = stream.GetProperty("stream").GetString()!;
            long journaled = stream.GetProperty("journaledRecords").GetInt64();
            twice += Math.Max(0, journaled - recordsOf(name));
            Expect(name, "journaled", journaled);
            Expect(name, "prepared", stream.GetProperty("prepared").GetInt64());
        }

        foreach (JsonElement view in ledger.GetProperty("views").EnumerateArray())
        {
            string stream = view.GetProperty("stream").GetString()!;
            string name = view.GetProperty("view").GetString()!;
            long late = view.GetProperty("late").GetInt64();
            Expect(stream, $"applied or late in {name}", view.GetProperty("applied").GetInt64() + late);
            Expect(stream, $"in the windows of {name} or late", view.GetProperty("contributions").GetInt64() + late);
        }

        return new LedgerCheck(twice, findings);

        void Expect(string stream, string what, long found)
        {
            long expected = recordsOf(stream);
            if (found != expected)
            {
                findings.Add($"{found} records of {stream} are {what}, {expected} were sent");
            }
        }
    }
}
