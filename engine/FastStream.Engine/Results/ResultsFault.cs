namespace FastStream.Engine.Results;

/// <summary>Why results stopped; the engine is faulted with it.</summary>
/// <param name="Address">The address in the results log where it was noticed; -1 when there is none.</param>
/// <param name="IsDamage">True when stored data contradict each other: the process ends with exit code 3.</param>
/// <param name="Message">One line for people.</param>
internal sealed record ResultsFault(long Address, bool IsDamage, string Message);
