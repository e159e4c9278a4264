using System.Text.Json;
using FastStream.Engine.Definitions;
using FastStream.Engine.Monitoring;
using FastStream.Engine.Sequencing;
using FastStream.Engine.Serving;

namespace FastStream.Server.Questions;

/// <summary>The shapes of HTTP.md, written piece by piece.</summary>
internal static class AnswerJson
{
    public static void WriteTime(Utf8JsonWriter json, string name, long timeNs)
    {
        if (timeNs == SourceTime.None)
        {
            json.WriteNull(name);
        }
        else
        {
            json.WriteString(name, TimeText.Format(timeNs));
        }
    }

    /// <summary>NaN is absent and null; what JSON has no number for is text.</summary>
    public static void WriteValue(Utf8JsonWriter json, double value)
    {
        if (double.IsNaN(value))
        {
            json.WriteNullValue();
        }
        else if (double.IsInfinity(value))
        {
            json.WriteStringValue(value > 0 ? "Infinity" : "-Infinity");
        }
        else
        {
            json.WriteNumberValue(value);
        }
    }

    public static void WriteStream(Utf8JsonWriter json, StreamCard stream, long keyCount)
    {
        json.WriteString("name", stream.Definition.Name);
        json.WriteString("keyKind", stream.Definition.KeyKind == Protocol.KeyKind.Text ? "text" : "u64");
        WriteNames(json, "fields", stream.Definition.Fields);
        json.WriteString("definition", stream.Definition.Text);
        WriteNames(json, "views", stream.Views.Select(view => view.Name));
        WriteTime(json, "watermark", stream.Watermark);
        json.WriteNumber("keys", keyCount);
        json.WriteNumber("producers", stream.Producers.Count);
    }

    public static void WriteView(
        Utf8JsonWriter json, StreamCard stream, ViewDefinition view, int openWindows, long closedWindows)
    {
        json.WriteString("stream", stream.Definition.Name);
        json.WriteString("name", view.Name);
        json.WriteString("definition", view.Text);
        WriteNames(json, "aggregates", view.Aggregates.Select(aggregate => aggregate.DisplayName));
        json.WriteNumber("openWindows", openWindows);
        json.WriteNumber("closedWindows", closedWindows);
        WriteTime(json, "watermark", stream.Watermark);
    }

    public static void WriteProducer(Utf8JsonWriter json, StreamCard stream, ProducerCard producer)
    {
        json.WriteStartObject();
        json.WriteString("stream", stream.Definition.Name);
        json.WriteString("name", producer.Name);
        json.WriteNumber("epoch", producer.Epoch);
        json.WriteNumber("lastSequence", producer.LastSequence);
        json.WriteBoolean("connected", producer.IsConnected);
        json.WriteString("state", producer.State);
        WriteTime(json, "progress", producer.Progress);
        WriteTime(json, "lastArrival", producer.LastArrivalNs == 0 ? SourceTime.None : producer.LastArrivalNs);
        json.WriteEndObject();
    }

    public static void WriteRow(Utf8JsonWriter json, WindowRow row, bool isOverAll)
    {
        json.WriteStartObject();
        json.WriteString("start", TimeText.Format(row.StartNs));
        json.WriteString("end", TimeText.Format(row.EndNs));
        WriteKey(json, "key", row.Key, row.KeyText, isOverAll);
        json.WriteNumber("count", row.Count);
        json.WriteStartArray("values");
        foreach (double value in row.Values)
        {
            WriteValue(json, value);
        }

        json.WriteEndArray();
        json.WriteString("state", row.State == WindowState.Closed ? "closed" : "open");
        json.WriteNumber("revision", row.Revision);
        json.WriteNumber("address", row.Address);
        json.WriteEndObject();
    }

    /// <summary>A u64 key is text too: JSON readers round numbers of that size.</summary>
    public static void WriteKey(Utf8JsonWriter json, string name, ulong key, string? keyText, bool isOverAll)
    {
        if (isOverAll)
        {
            json.WriteNull(name);
        }
        else
        {
            json.WriteString(name, keyText ?? key.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    public static void WriteLedger(Utf8JsonWriter json, Ledger ledger)
    {
        json.WriteStartObject("session");
        json.WriteNumber("received", ledger.Session.Received);
        json.WriteNumber("journaled", ledger.Session.Journaled);
        json.WriteNumber("duplicate", ledger.Session.Duplicate);
        json.WriteNumber("refused", ledger.Session.Refused);
        json.WriteNumber("malformed", ledger.Session.Malformed);
        json.WriteBoolean("balanced", ledger.Session.Balanced);
        json.WriteEndObject();
        json.WriteStartArray("streams");
        foreach (StreamLedger stream in ledger.Streams)
        {
            WriteStreamLedger(json, stream);
        }

        json.WriteEndArray();
        json.WriteStartArray("views");
        foreach (ViewLedger view in ledger.Views)
        {
            WriteViewLedger(json, view);
        }

        json.WriteEndArray();
        json.WriteBoolean("balanced", ledger.Balanced);
    }

    public static void WriteNames(Utf8JsonWriter json, string name, IEnumerable<string> names)
    {
        json.WriteStartArray(name);
        foreach (string item in names)
        {
            json.WriteStringValue(item);
        }

        json.WriteEndArray();
    }

    private static void WriteStreamLedger(Utf8JsonWriter json, StreamLedger stream)
    {
        json.WriteStartObject();
        json.WriteString("stream", stream.Stream);
        json.WriteNumber("journaledRecords", stream.Records);
        json.WriteNumber("prepared", stream.Prepared);
        json.WriteStartObject("refused");
        foreach (RuleCount rule in stream.Rules)
        {
            json.WriteNumber(rule.Rule, rule.Refused);
        }

        json.WriteEndObject();
        json.WriteNumber("future", stream.Future);
        json.WriteNumber("timeRange", stream.TimeRange);
        json.WriteNumber("keyLimit", stream.KeyLimit);
        json.WriteNumber("tombstone", stream.Tombstone);
        json.WriteBoolean("balanced", stream.Balanced);
        json.WriteEndObject();
    }

    private static void WriteViewLedger(Utf8JsonWriter json, ViewLedger view)
    {
        json.WriteStartObject();
        json.WriteString("stream", view.Stream);
        json.WriteString("view", view.View);
        json.WriteNumber("prepared", view.Prepared);
        json.WriteNumber("applied", view.Applied);
        json.WriteNumber("filtered", view.Filtered);
        json.WriteNumber("late", view.Late);
        json.WriteNumber("lateAfterIdle", view.LateAfterIdle);
        json.WriteNumber("lateOnJoin", view.LateOnJoin);
        json.WriteNumber("overLimit", view.OverLimit);
        json.WriteNumber("contributions", view.WindowContributions);
        json.WriteBoolean("balanced", view.Balanced);
        json.WriteEndObject();
    }
}
