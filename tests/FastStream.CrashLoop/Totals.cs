using System.Text.Json;
using FastStream.TestKit.Generate;
using FastStream.TestKit.Model;

namespace FastStream.CrashLoop;

/// <summary>Count, sum, least and largest value over all records.</summary>
internal sealed record Totals(long Count, double Sum, double Min, double Max)
{
    /// <summary>Computed from the published definition of the records alone.</summary>
    public static Totals Of(CrashLoad load, IReadOnlyList<long> frames)
    {
        Totals totals = new(0, 0, double.PositiveInfinity, double.NegativeInfinity);
        for (int p = 0; p < frames.Count; p++)
        {
            RecordGenerator records = load.RecordsOf(CrashLoad.NameOf(p));
            for (long frame = 1; frame <= frames[p]; frame++)
            {
                for (int index = 0; index < load.RecordsPerFrame; index++)
                {
                    ModelRecord record = records.Record(frame, index);
                    double value = record.Value(0);
                    totals = totals.Add(1, value, value, value);
                }
            }
        }

        return totals;
    }

    /// <summary>As the view over all records has them, in open and closed windows together.</summary>
    public static Totals Read(ServerQuestions questions)
    {
        Totals totals = new(0, 0, double.PositiveInfinity, double.NegativeInfinity);
        foreach (JsonElement row in questions.Ask($"windows?stream={CrashLoad.Stream}&view=all&open=true"))
        {
            if (row.TryGetProperty("values", out JsonElement values))
            {
                totals = totals.Add(
                    values[0].GetInt64(), values[1].GetDouble(), values[2].GetDouble(), values[3].GetDouble());
            }
        }

        return totals;
    }

    private Totals Add(long count, double sum, double min, double max) =>
        new(Count + count, Sum + sum, Math.Min(Min, min), Math.Max(Max, max));
}
