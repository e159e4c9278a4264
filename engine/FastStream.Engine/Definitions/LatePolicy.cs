namespace FastStream.Engine.Definitions;

/// <summary>What a view does with a late record. The numbers are frozen.</summary>
public enum LatePolicy : byte
{
    /// <summary>The record is counted by its kind of lateness and leaves the window as it is.</summary>
    Drop = 0,
}
