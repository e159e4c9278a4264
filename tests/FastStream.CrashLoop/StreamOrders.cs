using System.Globalization;
using System.Net.Http.Json;
using FastStream.TestKit.Processes;

namespace FastStream.CrashLoop;

/// <summary>
/// Orders given over HTTP while things break: new streams. One that was answered is as good as an acked frame.
/// </summary>
internal sealed class StreamOrders(Findings findings) : IDisposable
{
    private const string Prefix = "order-";

    private readonly HttpClient _http = new();
    private readonly HashSet<string> _answered = [];
    private int _count;

    /// <summary>Answered orders so far.</summary>
    public int AnsweredCount => _answered.Count;

    /// <summary>Orders one more stream; the server may die meanwhile.</summary>
    public async Task PlaceAsync(int httpPort)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{++_count}");
        try
        {
            await PlaceAsync(httpPort, name);
            _answered.Add(name);
        }
        catch (Exception end) when (end is HttpRequestException or IOException)
        {
            // Never answered: it may be there or not.
        }
    }

    /// <summary>Every answered order is there.</summary>
    public void Check(ServerQuestions questions)
    {
        HashSet<string> there = [.. NamesIn(questions)];
        foreach (string lost in _answered.Where(name => !there.Contains(name)))
        {
            findings.Add($"the stream {lost} was ordered and answered, and is gone");
        }
    }

    /// <summary>Gives the same orders to a server that is left in peace.</summary>
    public async Task RepeatAsync(ServerProcess calm, IEnumerable<string> names)
    {
        foreach (string name in names)
        {
            await PlaceAsync(calm.HttpPort, name);
        }
    }

    /// <summary>The ordered streams that a server has.</summary>
    public static IReadOnlyList<string> NamesIn(ServerQuestions questions) =>
    [
        .. questions.Ask("streams")
            .Where(line => line.TryGetProperty("name", out _))
            .Select(line => line.GetProperty("name").GetString()!)
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)),
    ];

    public void Dispose() => _http.Dispose();

    private async Task PlaceAsync(int httpPort, string name)
    {
        Uri address = new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{httpPort}/v1/streams"));
        using HttpResponseMessage answer = await _http.PostAsJsonAsync(
            address, new Dictionary<string, string> { ["name"] = name, ["definition"] = "u64 (value)" });
        answer.EnsureSuccessStatusCode();
    }
}
