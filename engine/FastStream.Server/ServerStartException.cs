namespace FastStream.Server;

/// <summary>A server that did not start: one line for each fault, each with what, which value, what to do.</summary>
public sealed class ServerStartException : Exception
{
    /// <summary>A start that failed for one or several reasons of one kind.</summary>
    public ServerStartException(ServerStartFault fault, IReadOnlyList<string> lines, Exception? cause = null)
        : base(string.Join(Environment.NewLine, lines), cause)
    {
        Fault = fault;
        Lines = lines;
    }

    /// <summary>A start that failed for one reason.</summary>
    public ServerStartException(ServerStartFault fault, string line, Exception? cause = null)
        : this(fault, [line], cause)
    {
    }

    /// <summary>The kind of the reason.</summary>
    public ServerStartFault Fault { get; }

    /// <summary>The reasons, a line each.</summary>
    public IReadOnlyList<string> Lines { get; }
}
