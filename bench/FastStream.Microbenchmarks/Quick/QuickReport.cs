using System.Buffers;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;
using System.Text.Json;

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
            json.WriteString("commit", Commit());
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
        json.WriteStartObject("machine");
        json.WriteString("cpu", CpuName());
        json.WriteNumber("cores", Environment.ProcessorCount);
        json.WriteString("os", RuntimeInformation.OSDescription);
        json.WriteString("runtime", RuntimeInformation.FrameworkDescription);
        json.WriteNumber("vectorBits", Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128);
        json.WriteEndObject();
    }

    private static string CpuName()
    {
        const string Names = "/proc/cpuinfo";
        string? line = File.Exists(Names)
            ? File.ReadLines(Names).FirstOrDefault(text => text.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line is null ? RuntimeInformation.ProcessArchitecture.ToString() : line[(line.IndexOf(':') + 1)..].Trim();
    }

    // The build writes it behind the version: 0.1.0+commit.
    private static string Commit()
    {
        string? version = typeof(QuickReport).Assembly
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        int plus = version?.IndexOf('+') ?? -1;
        return plus < 0 ? "unknown" : version![(plus + 1)..];
    }

    private static string Show(double ns) =>
        ns.ToString(ns < 100 ? "0.00" : "#,0", CultureInfo.InvariantCulture);
}
