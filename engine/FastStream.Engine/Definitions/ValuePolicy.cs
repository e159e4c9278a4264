namespace FastStream.Engine.Definitions;

/// <summary>What becomes of a NaN or an infinity. The numbers are frozen.</summary>
public enum ValuePolicy : byte
{
    /// <summary>The value counts as absent; the record goes on.</summary>
    Absent = 0,

    /// <summary>The record is refused and counted under the rule.</summary>
    Refuse = 1,
}
