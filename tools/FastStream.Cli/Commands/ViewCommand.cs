using System.CommandLine;
using System.Text.Json.Nodes;
using FastStream.Cli.Http;
using FastStream.Cli.Output;

namespace FastStream.Cli.Commands;

/// <summary><c>view add|list|drop</c>: continuous queries over a stream.</summary>
internal static class ViewCommand
{
    public static Command Create()
    {
        return new Command("view", "Add views (continuous queries) to a stream, list and drop them")
        {
            CreateAdd(), CreateList(), CreateDrop(),
        };
    }

    /// <summary>A view as one row.</summary>
    public static JsonObject Row(JsonNode view)
    {
        return new JsonObject
        {
            ["stream"] = view["stream"]?.DeepClone(),
            ["view"] = view["name"]?.DeepClone(),
            ["open"] = view["openWindows"]?.DeepClone(),
            ["closed"] = view["closedWindows"]?.DeepClone(),
            ["watermark"] = view["watermark"]?.DeepClone(),
            ["definition"] = view["definition"]?.DeepClone(),
        };
    }

    private static ToolCommand CreateAdd()
    {
        Argument<string> stream = new("STREAM") { Description = "The stream that the view reads" };
        Argument<string> name = new("NAME") { Description = "The view's name" };
        Argument<string> definition = new("DEFINITION")
        {
            Description = "tumbling SIZE [late TIME] [where EXPRESSION] by key|over all: aggregates",
        };
        Option<string> host = CommonOptions.Host();
        Option<int> http = CommonOptions.HttpPort();
        Option<bool> json = CommonOptions.Json();
        ToolCommand command = new("add", "Add a view to a stream")
        {
            Examples =
            [
                "faststream view add flights by-origin \"tumbling 1h late 6h by key: count, mean(delay), p95(delay)\"",
                "faststream view add flights all-day \"tumbling 1d late 1d where delay > 0 over all: "
                    + "count, max(delay)\"",
            ],
        };
        StreamCommand.Append(command, stream, name, definition, host, http, json);
        return command.Do(async (parsed, stop) =>
        {
            using ServerClient client = CommonOptions.Client(parsed, host, http);
            JsonObject body = new()
            {
                ["stream"] = parsed.GetValue(stream),
                ["name"] = parsed.GetValue(name),
                ["definition"] = parsed.GetValue(definition),
            };
            JsonObject view = await client.PostAsync("/v1/views", body, stop);
            RowWriter.Write(parsed.InvocationConfiguration.Output, [Row(view)], CommonOptions.Format(parsed, json), "");
            return ExitCode.Ok;
        });
    }

    private static ToolCommand CreateList()
    {
        Argument<string?> stream = new("STREAM")
        {
            Description = "Only this stream's views", Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = _ => null,
        };
        Option<string> host = CommonOptions.Host();
        Option<int> http = CommonOptions.HttpPort();
        Option<bool> json = CommonOptions.Json();
        ToolCommand command = new("list", "Show all views") { Examples = ["faststream view list flights"] };
        StreamCommand.Append(command, stream, host, http, json);
        return command.Do(async (parsed, stop) =>
        {
            using ServerClient client = CommonOptions.Client(parsed, host, http);
            JsonObject answer = await client.GetAsync(ServerClient.Path("/v1/views",
                ("stream", parsed.GetValue(stream))), stop);
            List<JsonObject> rows = [.. answer["views"]!.AsArray().Select(v => Row(v!))];
            RowWriter.Write(parsed.InvocationConfiguration.Output, rows, CommonOptions.Format(parsed, json),
                "no views");
            return ExitCode.Ok;
        });
    }

    private static ToolCommand CreateDrop()
    {
        Argument<string> stream = new("STREAM") { Description = "The stream that the view reads" };
        Argument<string> name = new("NAME") { Description = "The view's name" };
        Option<string> host = CommonOptions.Host();
        Option<int> http = CommonOptions.HttpPort();
        ToolCommand command = new("drop", "Drop a view and forget its open windows")
        {
            Examples = ["faststream view drop flights by-origin"],
        };
        StreamCommand.Append(command, stream, name, host, http);
        return command.Do(async (parsed, stop) =>
        {
            using ServerClient client = CommonOptions.Client(parsed, host, http);
            string path = $"/v1/streams/{Uri.EscapeDataString(parsed.GetValue(stream)!)}"
                + $"/views/{Uri.EscapeDataString(parsed.GetValue(name)!)}";
            JsonObject answer = await client.DeleteAsync(path, stop);
            parsed.InvocationConfiguration.Output.WriteLine(answer.ToJsonString());
            return ExitCode.Ok;
        });
    }
}
