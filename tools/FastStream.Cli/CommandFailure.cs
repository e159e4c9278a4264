namespace FastStream.Cli;

/// <summary>
/// An operating error that ends a command: one line for the user (what, which value, what to do) and the exit code.
/// Thrown anywhere below a command, caught once in <see cref="Program"/>.
/// </summary>
internal sealed class CommandFailure : Exception
{
    public CommandFailure(ExitCode code, string message)
        : base(message)
    {
        Code = code;
    }

    public CommandFailure(ExitCode code, string message, Exception inner)
        : base(message, inner)
    {
        Code = code;
    }

    public ExitCode Code { get; }
}
