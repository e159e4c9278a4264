using System.Globalization;
using System.Text.Json.Nodes;

namespace FastStream.Cli.Http;

/// <summary>A question for windows; stream and view may be left out where there is only one.</summary>
internal sealed record WindowQuery(
    string? Stream, string? View, string? Key, string? From, string? To, int Limit, bool IncludeOpen)
{
    public async Task<JsonObject> RunAsync(ServerClient client, CancellationToken stop)
    {
        string stream = Stream ?? await OnlyStreamAsync(client, stop);
        string view = View ?? await OnlyViewAsync(client, stream, stop);
        string path = ServerClient.Path("/v1/windows", ("stream", stream), ("view", view), ("key", Key), ("from", From),
            ("to", To), ("limit", Limit.ToString(CultureInfo.InvariantCulture)), ("open", IncludeOpen
                ? "true"
                : "false"));
        return await client.GetAsync(path, stop);
    }

    private static async Task<string> OnlyStreamAsync(ServerClient client, CancellationToken stop)
    {
        JsonObject answer = await client.GetAsync("/v1/streams", stop);
        return Only(answer["streams"]!.AsArray(), "stream", "--stream");
    }

    private static async Task<string> OnlyViewAsync(ServerClient client, string stream, CancellationToken stop)
    {
        JsonObject answer = await client.GetAsync(ServerClient.Path("/v1/views", ("stream", stream)), stop);
        return Only(answer["views"]!.AsArray(), "view", "--view");
    }

    private static string Only(JsonArray items, string what, string option)
    {
        List<string> names = [.. items.Select(i => (string)i!["name"]!)];
        return names.Count switch
        {
            1 => names[0],
            0 => throw new CommandFailure(ExitCode.Failed, $"there is no {what} yet; \"faststream send "
                + "FILE.csv\" makes the first"),
            _ => throw new CommandFailure(ExitCode.Usage, $"name the {what} with {option}; there are: "
                + $"{string.Join(", ", names)}"),
        };
    }
}
