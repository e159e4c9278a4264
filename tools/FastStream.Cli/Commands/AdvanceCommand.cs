using System.CommandLine;
using System.Text.Json.Nodes;
using FastStream.Cli.Http;

namespace FastStream.Cli.Commands;

/// <summary><c>advance</c>: closes windows that no source closes any more.</summary>
internal static class AdvanceCommand
{
    public static Command Create()
    {
        Option<string> stream = CommonOptions.StreamName(required: true);
        Option<string?> to = new("--to")
        {
            Description = "Close windows up to this time (ISO 8601); left out: all that are open",
        };
        Option<string> host = CommonOptions.Host();
        Option<int> http = CommonOptions.HttpPort();
        ToolCommand command = new("advance", "Move a stream's time ahead, so that open windows close; it is journaled")
        {
            Examples =
            [
                "faststream advance --stream flights",
                "faststream advance --stream flights --to 2001-06-20T00:00:00Z",
            ],
        };
        StreamCommand.Append(command, stream, to, host, http);
        return command.Do(async (parsed, stop) =>
        {
            using ServerClient client = CommonOptions.Client(parsed, host, http);
            JsonObject body = [];
            if (parsed.GetValue(to) is { } time)
            {
                body["to"] = time;
            }

            string path = $"/v1/streams/{Uri.EscapeDataString(parsed.GetValue(stream)!)}/advance";
            JsonObject answer = await client.PostAsync(path, body, stop);
            parsed.InvocationConfiguration.Output.WriteLine(answer.ToJsonString());
            return ExitCode.Ok;
        });
    }
}
