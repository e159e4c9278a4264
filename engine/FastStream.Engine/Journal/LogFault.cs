namespace FastStream.Engine.Journal;

/// <summary>Why a log stopped. Set once; only reopening (which verifies) clears it.</summary>
/// <param name="LogName">The log's name.</param>
/// <param name="Operation">What failed: write, flush, commit...</param>
/// <param name="ErrorCode">The operating system's error number, or 0.</param>
/// <param name="Message">One line for people: what, where, which error.</param>
internal sealed record LogFault(string LogName, string Operation, int ErrorCode, string Message);
