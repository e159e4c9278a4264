using System.CommandLine;
using FastStream.Cli.Serving;

namespace FastStream.Cli.Commands;

/// <summary><c>serve</c>: the server process.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        Option<string> data = new("--data")
        {
            Description = "The data folder; made when it is not there", DefaultValueFactory = _ => "./faststream-data",
        };
        Option<int?> port = new("--port") { Description = "Port for frames (7070; 0 takes a free one)" };
        Option<int?> http = new("--http") { Description = "Port for HTTP (7071; 0 takes a free one)" };
        Option<int?> partitions = new("--partitions") { Description = "Partitions, a thread each; left out: by cores" };
        Option<string?> config = new("--config") { Description = "Configuration file (JSON); flags win over it" };
        Option<string?> listen = new("--listen") { Description = "Address to listen on (127.0.0.1)" };
        Option<bool> remote = new("--unsafe-allow-remote")
        {
            Description = "Needed for an address that other machines reach: there is no encryption and no authentication yet",
        };
        Option<bool> isVolatile = new("--allow-volatile")
        {
            Description = "Start on a file system that keeps nothing (tmpfs); no ack is then called durable",
        };
        Option<string> logLevel = new("--log-level")
        {
            Description = "Least level written to stderr", DefaultValueFactory = _ => "warning",
        };
        logLevel.AcceptOnlyFromAmong("trace", "debug", "information", "warning", "error", "none");
        Option<bool> stopWithInput = new("--stop-with-input")
        {
            Description = "Also stop when standard input ends; for a parent process that must not leave a server behind",
            Hidden = true,
        };
        ToolCommand command = new("serve", "Run the server. Prints READY port=P http=P2 recovered_frames=N when it accepts; "
            + "SIGTERM or Ctrl+C drains and ends with 0")
        {
            Examples =
            [
                "faststream serve --data ./data",
                "faststream serve --data ./data --port 7070 --http 7071 --partitions 4",
                "faststream serve --config faststream.json",
            ],
        };
        StreamCommand.Append(command, data, port, http, partitions, config, listen, remote, isVolatile, logLevel,
            stopWithInput);
        return command.Do((parsed, stop) => ServeRun.RunAsync(
            new ServePlan
            {
                DataDirectory = parsed.GetResult(data) is { Implicit: false } ? parsed.GetValue(data) : null,
                DefaultDataDirectory = parsed.GetValue(data)!,
                Port = parsed.GetValue(port),
                HttpPort = parsed.GetValue(http),
                Partitions = parsed.GetValue(partitions),
                ConfigFile = parsed.GetValue(config),
                Listen = parsed.GetValue(listen),
                AllowRemote = parsed.GetValue(remote),
                AllowVolatile = parsed.GetValue(isVolatile),
                LogLevel = parsed.GetValue(logLevel)!,
                StopWithInput = parsed.GetValue(stopWithInput),
            },
            parsed.InvocationConfiguration,
            stop));
    }
}
