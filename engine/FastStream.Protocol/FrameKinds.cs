namespace FastStream.Protocol;

/// <summary>Questions about a <see cref="FrameKind"/>.</summary>
public static class FrameKinds
{
    /// <summary>Whether frames of this kind consume a sequence number and are journaled exactly once.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>True for dictionary, data, time and end.</returns>
    public static bool IsSequenced(this FrameKind kind) => kind is >= FrameKind.Dictionary and <= FrameKind.End;

    /// <summary>Whether this version knows the kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>False for numbers that name nothing.</returns>
    public static bool IsKnown(this FrameKind kind) =>
        kind is (>= FrameKind.Hello and <= FrameKind.Query) or (>= FrameKind.Welcome and <= FrameKind.Result);

    /// <summary>Whether a client sends this kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>True for hello to query.</returns>
    public static bool IsFromClient(this FrameKind kind) => kind is >= FrameKind.Hello and <= FrameKind.Query;
}
