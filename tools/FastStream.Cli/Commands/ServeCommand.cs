using System.CommandLine;
using System.Globalization;
using FastStream.Cli.Serving;

namespace FastStream.Cli.Commands;

/// <summary><c>serve</c>: the server process.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        Option<string?> data = new("--data")
        {
            Description = "The data folder; made when it is not there (./faststream-data)",
        };
        Option<int?> port = new("--port") { Description = "Port for frames (7070; 0 takes a free one)" };
        Option<int?> http = new("--http") { Description = "Port for HTTP (7071; 0 takes a free one)" };
        Option<int?> partitions = new("--partitions") { Description = "Partitions, a thread each; left out: by cores" };
        Option<string?> config = new("--config")
        {
            Description = "Configuration file (JSON); FASTSTREAM_... variables win over it, flags over both",
        };
        Option<string?> listen = new("--listen") { Description = "Address to listen on (127.0.0.1)" };
        Option<bool> remote = new("--unsafe-allow-remote")
        {
            Description = "Needed for an address that other machines reach: there is no encryption and no "
                + "authentication yet",
        };
        Option<bool> isVolatile = new("--allow-volatile")
        {
            Description = "Start on a file system that keeps nothing (tmpfs); no ack is then called durable",
        };
        Option<bool> ephemeral = new("--ephemeral")
        {
            Description = "Keep nothing: no file is touched, all ends with the process; acks mean no more than applied",
        };
        Option<string?> logLevel = new("--log-level") { Description = "Least level written to stderr (warning)" };
        logLevel.AcceptOnlyFromAmong("trace", "debug", "information", "warning", "error", "none");
        Option<bool> stopWithInput = new("--stop-with-input")
        {
            Description = "Also stop when standard input ends; for a parent process that must not "
                + "leave a server behind",
            Hidden = true,
        };
        ToolCommand command = new("serve", "Run the server. Prints READY port=P http=P2 recovered_frames=N "
            + "when it accepts; SIGTERM or Ctrl+C drains and ends with 0")
        {
            Examples =
            [
                "faststream serve --data ./data",
                "faststream serve --data ./data --port 7070 --http 7071 --partitions 4",
                "faststream serve --config faststream.json",
            ],
        };
        StreamCommand.Append(command, data, port, http, partitions, config, listen, remote, isVolatile, ephemeral,
            logLevel, stopWithInput);
        return command.Do((parsed, stop) =>
        {
            Dictionary<string, string> flags = [];
            void Set(string name, object? value)
            {
                if (Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text)
                {
                    flags[name] = text;
                }
            }

            if (parsed.GetValue(ephemeral) && parsed.GetValue(data) is string folder)
            {
                throw new CommandFailure(ExitCode.Usage,
                    $"--ephemeral keeps nothing, and --data \"{folder}\" says where to keep it: give one of them");
            }

            Set("data", parsed.GetValue(data));
            Set("port", parsed.GetValue(port));
            Set("httpPort", parsed.GetValue(http));
            Set("partitions", parsed.GetValue(partitions));
            Set("listen", parsed.GetValue(listen));
            Set("logLevel", parsed.GetValue(logLevel));
            Set("unsafeAllowRemote", parsed.GetValue(remote) ? "true" : null);
            Set("allowVolatile", parsed.GetValue(isVolatile) ? "true" : null);
            Set("ephemeral", parsed.GetValue(ephemeral) ? "true" : null);
            ServePlan plan = new()
            {
                ConfigFile = parsed.GetValue(config),
                Flags = flags,
                StopWithInput = parsed.GetValue(stopWithInput),
            };
            return ServeRun.RunAsync(plan, parsed.InvocationConfiguration, stop);
        });
    }
}
