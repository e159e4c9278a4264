using FastStream.Protocol;

namespace FastStream.TestKit.Engines;

/// <summary>An ack (no code) or a refusal.</summary>
internal sealed record EngineAnswer(ErrorCode Code, bool IsDuplicate)
{
    /// <summary>Records that passed preparation.</summary>
    public long Accepted { get; init; }

    /// <summary>Records refused by rule or time.</summary>
    public long Refused { get; init; }

    /// <summary>Records ahead of their arrival.</summary>
    public long Future { get; init; }

    /// <summary>Records under names beyond the limit.</summary>
    public long KeyLimit { get; init; }

    /// <summary>Records late for a view.</summary>
    public long Late { get; init; }
}
