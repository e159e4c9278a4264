using System.Text.Json;
using FastStream.Engine.Results;

namespace FastStream.Server.Questions;

/// <summary>
/// A row of a closed window as a subscriber gets it: as in an answer about windows, with its position.
/// </summary>
internal static class SubscriptionJson
{
    public static void Write(Utf8JsonWriter json, WindowResult row)
    {
        json.WriteStartObject();
        json.WriteString("start", TimeText.Format(row.StartNs));
        json.WriteString("end", TimeText.Format(row.EndNs));
        AnswerJson.WriteKey(json, "key", row.Key, row.KeyText, row.IsOverAll);
        json.WriteNumber("count", row.Count);
        json.WriteStartArray("values");
        foreach (double value in row.Values)
        {
            AnswerJson.WriteValue(json, value);
        }

        json.WriteEndArray();
        json.WriteString("state", "closed");
        json.WriteNumber("revision", row.Revision);
        json.WriteNumber("address", row.Position.Address);
        json.WriteString("level", row.Level == ResultLevel.Durable ? "durable" : "applied");
        json.WriteEndObject();
    }
}
