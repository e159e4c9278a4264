using System.CommandLine;
using System.Text.Json.Nodes;
using FastStream.Cli.Http;
using FastStream.Cli.Output;

namespace FastStream.Cli.Commands;

/// <summary><c>query ledger|streams|views|producers|windows|refusals</c>: what the server knows.</summary>
internal static class QueryCommand
{
    private const int DefaultWindowLimit = 10_000;

    public static Command Create()
    {
        Argument<string> what = new("WHAT") { Description = "What to ask for" };
        what.AcceptOnlyFromAmong("ledger", "streams", "views", "producers", "windows", "refusals");
        Option<string> stream = CommonOptions.StreamName(required: false);
        Option<string?> view = new("--view") { Description = "windows: the view; left out: the stream's only one" };
        Option<string?> key = new("--key") { Description = "windows: only this key" };
        Option<string?> from = new("--from") { Description = "windows: that start at or after this time (ISO 8601)" };
        Option<string?> to = new("--to") { Description = "windows: that start before this time" };
        Option<int> limit = new("--limit")
        {
            Description = "windows: rows at most", DefaultValueFactory = _ => DefaultWindowLimit,
        };
        Option<bool> closed = new("--closed") { Description = "windows: leave out those that are still open" };
        Option<bool> csv = new("--csv") { Description = "Comma-separated values with a header line" };
        Option<string> host = CommonOptions.Host();
        Option<int> http = CommonOptions.HttpPort();
        Option<bool> json = CommonOptions.Json();
        ToolCommand command = new("query", "Ask a server for its windows, streams, views, producers, refusals or ledger")
        {
            Examples =
            [
                "faststream query windows --stream flights --view by-origin --key ORD",
                "faststream query windows --stream flights --from 2001-06-14 --to 2001-06-15 --csv > day.csv",
                "faststream query refusals --stream flights      the latest refused records of each rule",
                "faststream query ledger          what became of every record, with the equations that must hold",
            ],
        };
        StreamCommand.Append(command, what, stream, view, key, from, to, CommonOptions.Between(limit, 1, 1_000_000),
            closed, host, http, json, csv);
        return command.Do(async (parsed, stop) =>
        {
            using ServerClient client = CommonOptions.Client(parsed, host, http);
            OutputFormat format = CommonOptions.Format(parsed, json, csv);
            TextWriter output = parsed.InvocationConfiguration.Output;
            string? streamName = parsed.GetValue(stream);
            switch (parsed.GetValue(what))
            {
                case "ledger":
                    JsonObject ledger = await client.GetAsync(ServerClient.Path("/v1/ledger", ("stream", streamName)),
                        stop);
                    List<JsonObject> rows = format == OutputFormat.Table
                        ? LedgerRows.Equations(ledger)
                        : LedgerRows.Counts(ledger);
                    RowWriter.Write(output, rows, format, "");
                    return (bool?)ledger["balanced"] == false ? ExitCode.Failed : ExitCode.Ok;
                case "windows":
                    WindowQuery query = new(streamName, parsed.GetValue(view), parsed.GetValue(key),
                        parsed.GetValue(from),
                        parsed.GetValue(to), parsed.GetValue(limit), !parsed.GetValue(closed));
                    JsonObject windows = await query.RunAsync(client, stop);
                    RowWriter.Write(output, WindowRows.From(windows), format, "no windows match");
                    if ((bool?)windows["more"] == true)
                    {
                        parsed.InvocationConfiguration.Error.WriteLine(
                            $"faststream: cut at {parsed.GetValue(limit)} rows; narrow with --from, --to, "
                                + "--key or raise --limit");
                    }

                    return ExitCode.Ok;
                case "refusals":
                    JsonObject refusals = await client.GetAsync(
                        $"/v1/streams/{Uri.EscapeDataString(RequiredStream(streamName))}/refusals", stop);
                    RowWriter.Write(output, RefusalRows(refusals), format, "no record was refused");
                    return ExitCode.Ok;
                case { } list:
                    string path = ServerClient.Path($"/v1/{list}", ("stream", list == "streams" ? null : streamName));
                    JsonObject answer = await client.GetAsync(path, stop);
                    RowWriter.Write(output, ListRows(list, answer, streamName, format), format, $"no {list}");
                    return ExitCode.Ok;
                default:
                    return ExitCode.Usage;
            }
        });
    }

    private static string RequiredStream(string? stream) => stream ?? throw new CommandFailure(
        ExitCode.Usage, "query refusals needs --stream: name the stream (\"faststream query streams\" lists them)");

    /// <summary>One row a refused record, under the rule that refused it.</summary>
    private static List<JsonObject> RefusalRows(JsonObject answer)
    {
        List<JsonObject> rows = [];
        foreach (JsonNode? refused in answer["refusals"]!.AsArray())
        {
            foreach (JsonNode? sample in refused!["samples"]!.AsArray())
            {
                JsonObject row = new() { ["rule"] = refused["rule"]?.DeepClone() };
                foreach ((string name, JsonNode? value) in sample!.AsObject())
                {
                    row[name] = value?.DeepClone();
                }

                rows.Add(row);
            }
        }

        return rows;
    }

    /// <summary>Tables show the columns that people look for; machines get everything there is.</summary>
    private static List<JsonObject> ListRows(string list, JsonObject answer, string? stream, OutputFormat format)
    {
        IEnumerable<JsonNode> items = answer[list]!.AsArray().Select(i => i!);
        items = list == "streams" && stream is not null ? items.Where(i => (string?)i["name"] == stream) : items;
        return [.. items.Select(item => (list, format) switch
        {
            ("streams", OutputFormat.Table) => StreamCommand.Row(item),
            ("views", OutputFormat.Table) => ViewCommand.Row(item),
            _ => item.DeepClone().AsObject(),
        })];
    }
}
