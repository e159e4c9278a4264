using System.Globalization;
using System.Text.Json;
using FastStream.TestKit.Processes;

namespace FastStream.Overload.Processes;

/// <summary>What a trial asks the server over HTTP: counters and the ledger.</summary>
internal sealed class ServerQuestions(int httpPort) : IDisposable
{
    private readonly HttpClient _http = new()
    {
        BaseAddress = new Uri($"http://127.0.0.1:{httpPort}"),
        Timeout = TimeSpan.FromMinutes(1),
    };

    /// <summary>One number of /metrics, without its prefix.</summary>
    public async Task<long> MetricAsync(string name)
    {
        string page = await _http.GetStringAsync("/metrics").ConfigureAwait(false);
        foreach (string line in page.Split('\n'))
        {
            if (line.StartsWith(name, StringComparison.Ordinal) && line[name.Length..].StartsWith(' '))
            {
                return (long)double.Parse(line[(name.Length + 1)..], CultureInfo.InvariantCulture);
            }
        }

        throw new InvalidOperationException($"/metrics has no {name}");
    }

    /// <summary>Waits until a number of /metrics is as wanted; the last one seen.</summary>
    public async Task<long> WaitForMetricAsync(string name, Func<long, bool> isReached, TimeSpan deadline)
    {
        DateTime end = DateTime.UtcNow + deadline;
        while (true)
        {
            long value = await MetricAsync(name).ConfigureAwait(false);
            if (isReached(value) || DateTime.UtcNow > end)
            {
                return value;
            }

            await Task.Delay(20).ConfigureAwait(false);
        }
    }

    /// <summary>The ledger once it balances, or as it is at the deadline.</summary>
    public async Task<JsonElement> LedgerAsync()
    {
        DateTime end = DateTime.UtcNow + TimeSpan.FromSeconds(20);
        while (true)
        {
            JsonElement ledger = await GetAsync("/v1/ledger").ConfigureAwait(false);
            if (ledger.GetProperty("balanced").GetBoolean() || DateTime.UtcNow > end)
            {
                return ledger;
            }

            await Task.Delay(50).ConfigureAwait(false);
        }
    }

    /// <summary>Any answer in JSON.</summary>
    public async Task<JsonElement> GetAsync(string path)
    {
        string text = await _http.GetStringAsync(path).ConfigureAwait(false);
        using JsonDocument document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    /// <summary>Sums the counts of all windows of a view, open ones too.</summary>
    public async Task<long> CountOfAsync(string stream, string view)
    {
        JsonElement answer = await GetAsync($"/v1/windows?stream={stream}&view={view}&open=true&limit=1000000")
            .ConfigureAwait(false);
        return answer.GetProperty("rows").EnumerateArray().Sum(row => row.GetProperty("count").GetInt64());
    }

    /// <summary>The line of a stream in the ledger.</summary>
    public static JsonElement StreamOf(JsonElement ledger, string stream) => ledger.GetProperty("streams")
        .EnumerateArray()
        .Single(line => line.GetProperty("stream").GetString() == stream);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>Asks a server that was started by a trial.</summary>
    public static ServerQuestions Of(ServerProcess server) => new(server.HttpPort);
}
