using FastStream.Protocol;

namespace FastStream.Cli;

/// <summary>What the server refused, as a line and an exit code.</summary>
internal static class ServerErrors
{
    public static CommandFailure ToFailure(ErrorCode code, string text)
    {
        return new CommandFailure(ExitCodeOf(code), text.Length > 0
            ? text
            : $"refused {code.WireName()}: {code.Remedy()}");
    }

    public static CommandFailure CannotConnect(string host, int port, string why, Exception? inner = null)
    {
        string message = $"cannot reach {host}:{port}: {why}; start a server with \"faststream serve --data DIR\" "
            + "or name its port with --port";
        return inner is null
            ? new CommandFailure(ExitCode.CannotConnect, message)
            : new CommandFailure(ExitCode.CannotConnect, message, inner);
    }

    private static ExitCode ExitCodeOf(ErrorCode code)
    {
        return code switch
        {
            ErrorCode.WrongVersion => ExitCode.WrongVersion,
            ErrorCode.DiskFull => ExitCode.DiskFull,
            _ => ExitCode.Failed,
        };
    }
}
