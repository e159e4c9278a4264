using System.CommandLine;
using FastStream.Cli.Http;
using FastStream.Cli.Output;
using FastStream.Protocol;

namespace FastStream.Cli.Commands;

/// <summary>Options that several commands share; every command makes its own instances.</summary>
internal static class CommonOptions
{
    public const int DefaultFramePort = 7070;
    public const int DefaultHttpPort = 7071;

    public static Option<string> Host()
    {
        return new("--host") { Description = "Where the server runs", DefaultValueFactory = _ => "127.0.0.1" };
    }

    public static Option<int> Port()
    {
        Option<int> option = new("--port")
        {
            Description = "The server's port for frames",
            DefaultValueFactory = _ => DefaultFramePort,
        };
        return Between(option, 0, 65535);
    }

    public static Option<int> HttpPort()
    {
        Option<int> option = new("--http")
        {
            Description = "The server's port for HTTP",
            DefaultValueFactory = _ => DefaultHttpPort,
        };
        return Between(option, 0, 65535);
    }

    public static Option<bool> Json()
    {
        return new("--json") { Description = "JSON lines instead of a table (the default when piped)" };
    }

    public static Option<AckLevel> Ack()
    {
        return new("--ack")
        {
            Description = "When the server acks: none, applied, written (survives a kill), durable "
                + "(survives a power cut)",
            DefaultValueFactory = _ => AckLevel.Durable,
        };
    }

    public static Option<T> Between<T>(Option<T> option, T least, T most)
        where T : IComparable<T>
    {
        option.Validators.Add(result =>
        {
            T? value = result.GetValueOrDefault<T>();
            if (value is not null && (value.CompareTo(least) < 0 || value.CompareTo(most) > 0))
            {
                result.AddError($"{option.Name} {value} is outside {least} .. {most}");
            }
        });
        return option;
    }

    public static Option<string> StreamName(bool required)
    {
        Option<string> option = new("--stream") { Description = "The stream's name", Required = required };
        option.Validators.Add(result =>
        {
            string? name = result.GetValueOrDefault<string>();
            if (name is not null && !Protocol.StreamName.TryValidate(name.AsSpan()))
            {
                result.AddError($"--stream \"{name}\" is no stream name: 1 to 249 of A-Z a-z 0-9 . _ - without \"..\"");
            }
        });
        return option;
    }

    public static ServerClient Client(ParseResult parsed, Option<string> host, Option<int> http)
    {
        return new ServerClient(parsed.GetValue(host)!, parsed.GetValue(http));
    }

    public static OutputFormat Format(ParseResult parsed, Option<bool> json, Option<bool>? csv = null)
    {
        if (csv is not null && parsed.GetValue(csv))
        {
            return OutputFormat.Csv;
        }

        return parsed.GetValue(json) || Console.IsOutputRedirected ? OutputFormat.JsonLines : OutputFormat.Table;
    }
}
