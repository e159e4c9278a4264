using System.Globalization;
using System.Text.RegularExpressions;
using FastStream.CrashLoop;
using FastStream.TestKit.Processes;
using FastStream.Tests.Journal;
using Xunit.Abstractions;

namespace FastStream.SystemTests;

/// <summary>
/// A server whose disk is full: producers are told DISK_FULL, nothing is lost, and with space it goes on by itself.
/// </summary>
public sealed partial class DiskFullTests(ITestOutputHelper output) : IDisposable
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromMinutes(1);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AFullDiskIsNineForWhoGivesUpAndAPauseForWhoRetries()
    {
        string place = _folder.PathOf("disk");
        using SmallDisk? disk = SmallDisk.TryMount(place, "24m");
        if (disk is null)
        {
            output.WriteLine("Skipped: this process may not mount a small tmpfs.");
            return;
        }

        string data = Path.Combine(place, "data");
        string[] small = ["--allow-volatile", "--config", await WriteConfigurationAsync()];
        (int exitCode, string text) = await ServerProcess.RunAsync(
            s_deadline, "serve", "--data", data, "--port", "0", "--http", "0", "--allow-volatile");
        Assert.True(exitCode == 9, $"a start with files larger than the disk: exit {exitCode}\n{text}");
        Directory.Delete(data, recursive: true);

        using ServerProcess server = await ServerProcess.StartAsync(data, small);
        (exitCode, text) = await GenerateAsync(server, "gives-up");
        Assert.True(exitCode == 9, $"exit {exitCode}\n{text}");
        Assert.Contains("DISK_FULL", text, StringComparison.Ordinal);

        long before = await RefusalsAsync(server);
        Task<(int ExitCode, string Output)> retrying = GenerateAsync(server, "retries", "--retry");
        using CancellationTokenSource late = new(s_deadline);
        while (await RefusalsAsync(server) == before)
        {
            Assert.False(retrying.IsCompleted, "the sender that retries has ended while the disk was full");
            await Task.Delay(20, late.Token);
        }

        disk.Resize("512m");
        (exitCode, text) = await retrying;
        Assert.True(exitCode == 0, $"exit {exitCode}\n{text}");
        (exitCode, text) = await ServerProcess.RunAsync(
            s_deadline, "query", "ledger", "--json", "--http", Text(server.HttpPort));
        Assert.True(exitCode == 0 && text.Contains("\"balanced\":true", StringComparison.Ordinal), text);
        Assert.Equal(0, await server.TerminateAsync());
        (exitCode, text) = await ServerProcess.RunAsync(s_deadline, "verify", data);
        Assert.True(exitCode == 0, text);
    }

    /// <summary>On a real file system: filled twice, then killed and ended while it is full.</summary>
    [Fact]
    public async Task UnderLoadAFullDiskLosesNothingAnswersQuestionsAndGoesOnWithSpace()
    {
        CrashOptions options = new() { Say = output.WriteLine };
        (FullDiskReport? report, string skipped) = await FullDiskRun.RunAsync(options, "ext4");
        if (report is null)
        {
            output.WriteLine($"skipped: {skipped}");
            return;
        }

        output.WriteLine(report.ToString());
        Assert.True(report.Findings.Count == 0, report.ToString());
        Assert.True(report.Refusals > 0 && report.Answers > 0, report.ToString());
    }

    private async Task<string> WriteConfigurationAsync()
    {
        string path = _folder.PathOf("small.json");
        await File.WriteAllTextAsync(
            path,
            """
            {
              "limits": { "maxFrameBytes": 16384 },
              "logs": { "journalPageBytes": 65536, "journalSegmentBytes": 1048576, "smallSegmentBytes": 4194304 }
            }
            """);
        return path;
    }

    // 48 MB of records, far more than the small disk holds.
    private static Task<(int ExitCode, string Output)> GenerateAsync(
        ServerProcess server, string producer, params string[] more) =>
        ServerProcess.RunAsync(
            s_deadline,
            [
                "generate", "--port", Text(server.Port), "--stream", "s", "--producer", producer, "--frames", "4000",
                "--records", "500", "--encoding", "raw", "--step", "1ms", .. more,
            ]);

    private static async Task<long> RefusalsAsync(ServerProcess server)
    {
        using HttpClient http = new();
        string page = await http.GetStringAsync(new Uri($"http://127.0.0.1:{server.HttpPort}/metrics"));
        return long.Parse(Refusals().Match(page).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^faststream_disk_full_refusals_total (\d+)$", RegexOptions.Multiline)]
    private static partial Regex Refusals();
}
