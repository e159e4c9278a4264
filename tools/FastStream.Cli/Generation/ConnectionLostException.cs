using FastStream.Protocol;

namespace FastStream.Cli.Generation;

/// <summary>
/// A session ended before its work was done, for a reason that may pass: worth another try with --retry.
/// </summary>
internal sealed class ConnectionLostException : Exception
{
    public ConnectionLostException(CommandFailure failure)
        : base(failure.Message, failure)
    {
        Failure = failure;
    }

    /// <summary>What to end with when there is no other try.</summary>
    public CommandFailure Failure { get; }

    /// <summary>Either this exception, or the failure itself when trying again cannot help.</summary>
    public static Exception For(ErrorCode code, string text)
    {
        CommandFailure failure = ServerErrors.ToFailure(code, text);
        return code.IsTransient() ? new ConnectionLostException(failure) : failure;
    }
}
