using System.Collections.Immutable;
using System.Text.Json;
using FastStream.Engine.Partitions;

namespace FastStream.Server.Questions;

/// <summary>The latest refused records of each rule that has refused any.</summary>
internal sealed class RefusalList(
    ImmutableArray<string> ruleNames, StreamCounters counters, Func<ulong, string>? nameOf)
{
    private readonly int[] _rules =
        [.. Enumerable.Range(0, counters.RuleCount).Where(rule => counters.SamplesOf(rule).Count > 0)];

    public int Count => _rules.Length;

    public void Write(Utf8JsonWriter json, int item)
    {
        int rule = _rules[item];
        json.WriteStartObject();
        json.WriteString("rule", ruleNames[rule]);
        json.WriteStartArray("samples");
        foreach (RefusalSample sample in counters.SamplesOf(rule).Items)
        {
            json.WriteStartObject();
            json.WriteNumber("address", sample.Address);
            json.WriteNumber("record", sample.RecordIndex);
            AnswerJson.WriteKey(json, "key", sample.Key, nameOf?.Invoke(sample.Key), isOverAll: false);
            json.WriteString("time", TimeText.Format(sample.Time));
            json.WritePropertyName("value");
            AnswerJson.WriteValue(json, sample.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
