namespace FastStream.Engine.Definitions;

/// <summary>
/// A definition that cannot be: one line that says what is wrong, which value at which column, and what to do.
/// </summary>
public sealed class DefinitionException : FormatException
{
    /// <summary>A definition error without text.</summary>
    public DefinitionException()
    {
    }

    /// <summary>A definition error with its one line.</summary>
    public DefinitionException(string message)
        : base(message)
    {
    }

    /// <summary>A definition error with its one line and what caused it.</summary>
    public DefinitionException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
