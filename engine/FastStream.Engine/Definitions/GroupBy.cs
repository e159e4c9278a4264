namespace FastStream.Engine.Definitions;

/// <summary>What gets a row of its own in a window. The numbers are frozen.</summary>
public enum GroupBy : byte
{
    /// <summary>Each key: <c>by key</c>.</summary>
    Key = 0,

    /// <summary>All records together: <c>over all</c>.</summary>
    All = 1,
}
