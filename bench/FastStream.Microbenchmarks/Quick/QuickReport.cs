using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using FastStream.Benchmarks;

namespace FastStream.Microbenchmarks.Quick;

/// <summary>Writes a short table for people and one JSON line for programs.</summary>
internal static class QuickReport
{
    private const int SchemaVersion = 1;

    public static void WriteGroup(TextWriter output, IReadOnlyList<QuickResult> results)
    {
        output.WriteLine($"{results[0].Group,-58} {"ns/" + results[0].Unit,11}  {"middle half",17}   ratio");
        foreach (QuickResult result in results)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {result.Case,-56} {Show(result.MedianNs),11}  {Show(result.LowNs),8}{Show(result.HighNs),9}   {result.Ratio,5:0.00}"));
        }

        output.WriteLine();
    }

    public static void WriteJson(TextWriter output, IReadOnlyList<QuickResult> results, bool isTiny)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("schema", SchemaVersion);
            json.WriteString("when", DateTime.UtcNow);
            json.WriteString("commit", BenchMachine.Commit);
            json.WriteBoolean("tiny", isTiny);
            WriteMachine(json);
            json.WriteStartArray("results");
            foreach (QuickResult result in results)
            {
                json.WriteStartObject();
                json.WriteString("group", result.Group);
                json.WriteString("case", result.Case);
                json.WriteString("unit", result.Unit);
                json.WriteNumber("medianNs", Math.Round(result.MedianNs, 4));
                json.WriteNumber("lowNs", Math.Round(result.LowNs, 4));
                json.WriteNumber("highNs", Math.Round(result.HighNs, 4));
                json.WriteNumber("ratio", Math.Round(result.Ratio, 4));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private static void WriteMachine(Utf8JsonWriter json)
    {
        BenchMachine machine = BenchMachine.Here;
        json.WriteStartObject("machine");
        json.WriteString("cpu", machine.Cpu);
        json.WriteNumber("cores", machine.Cores);
        json.WriteString("os", machine.Os);
        json.WriteString("runtime", machine.Runtime);
        json.WriteNumber("vectorBits", machine.VectorBits);
        json.WriteEndObject();
    }

    private static string Show(double ns) =>
        ns.ToString(ns < 100 ? "0.00" : "#,0", CultureInfo.InvariantCulture);
}
