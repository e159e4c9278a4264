using FastStream.Protocol;

namespace FastStream.Client;

/// <summary>The producer cannot go on. The text says what, which value and what to do.</summary>
public sealed class ProducerException : Exception
{
    /// <summary>Makes an empty exception.</summary>
    public ProducerException()
    {
    }

    /// <summary>Makes an exception with a text.</summary>
    /// <param name="message">What, which value, what to do.</param>
    public ProducerException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a text and a cause.</summary>
    /// <param name="message">What, which value, what to do.</param>
    /// <param name="innerException">The cause.</param>
    public ProducerException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Makes an exception for a refusal.</summary>
    /// <param name="code">The server's code.</param>
    /// <param name="message">What, which value, what to do.</param>
    public ProducerException(ErrorCode code, string message)
        : base(message) => Code = code;

    /// <summary>The server's code; None when the server did not speak.</summary>
    public ErrorCode Code { get; }
}
