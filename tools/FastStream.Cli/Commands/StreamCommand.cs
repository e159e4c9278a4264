using System.CommandLine;
using System.Text.Json.Nodes;
using FastStream.Cli.Http;
using FastStream.Cli.Output;

namespace FastStream.Cli.Commands;

/// <summary><c>stream add|list</c>: declares streams and shows them.</summary>
internal static class StreamCommand
{
    public static Command Create()
    {
        return new Command("stream", "Declare streams and list them; a stream is not dropped (its journal entries stay), its views are") { CreateAdd(), CreateList() };
    }

    /// <summary>A stream as one row.</summary>
    public static JsonObject Row(JsonNode stream)
    {
        return new JsonObject
        {
            ["stream"] = stream["name"]?.DeepClone(),
            ["keys"] = stream["keys"]?.DeepClone(),
            ["producers"] = stream["producers"]?.DeepClone(),
            ["watermark"] = stream["watermark"]?.DeepClone(),
            ["views"] = stream["views"]?.DeepClone(),
            ["definition"] = stream["definition"]?.DeepClone(),
        };
    }

    private static ToolCommand CreateAdd()
    {
        Argument<string> name = new("NAME") { Description = "1 to 249 of A-Z a-z 0-9 . _ -" };
        Argument<string> definition = new("DEFINITION")
        {
            Description = "Key kind (text or u64) and fields, then what is wanted of: future 5m, idle 10s, rules: ...",
        };
        Option<string> host = CommonOptions.Host();
        Option<int> http = CommonOptions.HttpPort();
        Option<bool> json = CommonOptions.Json();
        ToolCommand command = new("add", "Declare a stream; doing it again with the same definition changes nothing")
        {
            Examples =
            [
                "faststream stream add flights \"text (delay, distance)\"",
                "faststream stream add sensors \"u64 (celsius) future 1m rules: range celsius -60..80\"",
            ],
        };
        Append(command, name, definition, host, http, json);
        return command.Do(async (parsed, stop) =>
        {
            using ServerClient client = CommonOptions.Client(parsed, host, http);
            JsonObject body = new() { ["name"] = parsed.GetValue(name), ["definition"] = parsed.GetValue(definition) };
            JsonObject stream = await client.PostAsync("/v1/streams", body, stop);
            RowWriter.Write(parsed.InvocationConfiguration.Output, [Row(stream)], CommonOptions.Format(parsed, json),
                "");
            return ExitCode.Ok;
        });
    }

    private static ToolCommand CreateList()
    {
        Option<string> host = CommonOptions.Host();
        Option<int> http = CommonOptions.HttpPort();
        Option<bool> json = CommonOptions.Json();
        ToolCommand command = new("list", "Show all streams") { Examples = ["faststream stream list"] };
        Append(command, host, http, json);
        return command.Do(async (parsed, stop) =>
        {
            using ServerClient client = CommonOptions.Client(parsed, host, http);
            JsonObject answer = await client.GetAsync("/v1/streams", stop);
            List<JsonObject> rows = [.. answer["streams"]!.AsArray().Select(s => Row(s!))];
            RowWriter.Write(parsed.InvocationConfiguration.Output, rows, CommonOptions.Format(parsed, json),
                "no streams yet; \"faststream send FILE.csv\" makes one");
            return ExitCode.Ok;
        });
    }

    /// <summary>Adds arguments and options in the order of the help.</summary>
    public static void Append(Command command, params Symbol[] symbols)
    {
        foreach (Symbol symbol in symbols)
        {
            if (symbol is Argument argument)
            {
                command.Arguments.Add(argument);
            }
            else
            {
                command.Options.Add((Option)symbol);
            }
        }
    }
}
