using FastStream.Engine.Delivery;
using FastStream.Engine.Journal;

namespace FastStream.Cli;

/// <summary>What the engine throws when it cannot open, as a line and an exit code.</summary>
internal static class EngineFailures
{
    public static T Guard<T>(Func<T> run)
    {
        try
        {
            return run();
        }
        catch (Exception error) when (ToFailure(error) is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>Null for an exception that is a bug and not an operating error.</summary>
    public static CommandFailure? ToFailure(Exception error)
    {
        return error switch
        {
            JournalDamagedException => new CommandFailure(ExitCode.Damaged, error.Message, error),
            ResultsFaultException results => new CommandFailure(
                results.IsDamage ? ExitCode.Damaged : ExitCode.Failed, error.Message, error),
            DataFolderException folder => new CommandFailure(CodeOf(folder.Fault), error.Message, error),
            _ => null,
        };
    }

    private static ExitCode CodeOf(DataFolderFault fault)
    {
        return fault switch
        {
            DataFolderFault.InUse => ExitCode.FolderInUse,
            DataFolderFault.WrongVersion => ExitCode.WrongVersion,
            DataFolderFault.Volatile => ExitCode.BadConfiguration,
            _ => ExitCode.Failed,
        };
    }
}
