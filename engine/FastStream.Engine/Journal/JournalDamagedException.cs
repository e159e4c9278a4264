namespace FastStream.Engine.Journal;

/// <summary>Stored data that cannot be trusted: the log is not opened, so that nothing is lost in silence.</summary>
public sealed class JournalDamagedException : Exception
{
    /// <summary>Describes damage at one place.</summary>
    /// <param name="logName">The log: journal, results or state.</param>
    /// <param name="file">The file that holds the damaged bytes.</param>
    /// <param name="offsetBytes">Where in that file, in bytes from its start.</param>
    /// <param name="what">What was found there.</param>
    public JournalDamagedException(string logName, string file, long offsetBytes, string what)
        : base($"The {logName} log is damaged in {file} at byte {offsetBytes}: {what}. Its bytes stay as they are; " +
            "restore the file, or keep this folder and start with another one.")
    {
        LogName = logName;
        File = file;
        OffsetBytes = offsetBytes;
        What = what;
    }

    /// <summary>The log: journal, results or state.</summary>
    public string LogName { get; }

    /// <summary>The file that holds the damaged bytes.</summary>
    public string File { get; }

    /// <summary>Where in that file, in bytes from its start.</summary>
    public long OffsetBytes { get; }

    /// <summary>What was found there.</summary>
    public string What { get; }
}
