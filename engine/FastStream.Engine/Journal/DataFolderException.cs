namespace FastStream.Engine.Journal;

/// <summary>A data folder that cannot be used as it is: in use, of another version, volatile, not writable.</summary>
/// <param name="message">One line: what, which value, what to do.</param>
/// <param name="fault">Which of these.</param>
public sealed class DataFolderException(string message, DataFolderFault fault = DataFolderFault.Unusable)
    : Exception(message)
{
    /// <summary>Why the folder cannot be used.</summary>
    public DataFolderFault Fault { get; } = fault;
}
