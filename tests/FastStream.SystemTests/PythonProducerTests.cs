using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using FastStream.TestKit.Processes;
using FastStream.Tests.Protocol;

namespace FastStream.SystemTests;

/// <summary>
/// A producer in another language, written from WIRE_FORMAT.md alone with Python's standard library, against the real
/// server: number and text keys, raw and encoded frames, and the results computed here from its description.
/// </summary>
public sealed class PythonProducerTests
{
    private const int Frames = 6;
    private const int Records = 500;
    private const int KeyCount = 7;

    [PythonTheory]
    [InlineData("u64", "raw")]
    [InlineData("u64", "encoded")]
    [InlineData("text", "mixed")]
    public async Task APythonProducerGetsItsAcksAndTheRightResults(string keys, string encoding)
    {
        using TempFolder folder = new();
        using ServerProcess server = await ServerProcess.StartAsync(folder.PathOf("data"));
        string output = await RunPythonAsync(server.Port, keys, encoding);
        Assert.Contains("ACK ", output, StringComparison.Ordinal);

        (int exitCode, string text) = await ServerProcess.RunAsync(
            TimeSpan.FromMinutes(1),
            "query", "windows", "--stream", "python", "--view", "1m", "--json",
            "--http", server.HttpPort.ToString(CultureInfo.InvariantCulture));
        Assert.True(exitCode == 0, text);

        Dictionary<string, (long Count, double Sum)> expected = Expected(keys);
        Dictionary<string, (long Count, double Sum)> found = [];
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l[0] == '{'))
        {
            using JsonDocument row = JsonDocument.Parse(line);
            if (row.RootElement.TryGetProperty("key", out JsonElement key))
            {
                (long count, double sum) = found.GetValueOrDefault(key.ToString());
                count += row.RootElement.GetProperty("count").GetInt64();
                sum += ValueOf(row.RootElement, "sum(value)");
                found[key.ToString()] = (count, sum);
            }
        }

        Assert.Equal(expected.OrderBy(e => e.Key, StringComparer.Ordinal), found.OrderBy(e => e.Key, StringComparer.Ordinal));
    }

    private static double ValueOf(JsonElement row, string name) =>
        row.TryGetProperty(name, out JsonElement flat)
            ? flat.GetDouble()
            : row.GetProperty("values").GetProperty(name).GetDouble();

    // Its own description: record i has key i % K and value i % 1000.
    private static Dictionary<string, (long Count, double Sum)> Expected(string keys)
    {
        Dictionary<string, (long Count, double Sum)> expected = [];
        for (int i = 0; i < Frames * Records; i++)
        {
            string key = keys == "text" ? $"key-{i % KeyCount}" : $"{i % KeyCount}";
            (long count, double sum) = expected.GetValueOrDefault(key);
            expected[key] = (count + 1, sum + (i % 1000));
        }

        return expected;
    }

    private static async Task<string> RunPythonAsync(int port, string keys, string encoding)
    {
        string script = RepositoryFolder.PathOf("tests", "FastStream.SystemTests", "Python", "producer.py");
        ProcessStartInfo start = new(
            "python3",
            [
                script, "--port", $"{port}", "--keys", keys, "--encoding", encoding, "--frames", $"{Frames}",
                "--records", $"{Records}", "--key-count", $"{KeyCount}",
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        Assert.True(process.ExitCode == 0, $"{await output}\n{await errors}");
        return await output;
    }
}
