namespace FastStream.Protocol;

/// <summary>How a column of a data frame is written. The numbers are frozen and unique over all roles.</summary>
public enum ColumnEncoding : byte
{
    /// <summary>No column has this encoding.</summary>
    None = 0,

    /// <summary>Keys as u64.</summary>
    KeyU64 = 1,

    /// <summary>Keys as dictionary ids of 16 bits.</summary>
    KeyIdU16 = 2,

    /// <summary>Keys as dictionary ids of 32 bits.</summary>
    KeyIdU32 = 3,

    /// <summary>One key, or one dictionary id, for all records, in param0; no bytes.</summary>
    KeyConstant = 4,

    /// <summary>Event times as i64 nanoseconds.</summary>
    TimeI64 = 16,

    /// <summary>Event times as param0 (i64) + u32 nanoseconds.</summary>
    TimeDeltaU32 = 17,

    /// <summary>Field values as f64.</summary>
    FieldF64 = 32,

    /// <summary>Field values as f32.</summary>
    FieldF32 = 33,

    /// <summary>Field values as i32 * param0 + param1 (f64, rounded twice); -2^31: absent.</summary>
    FieldScaledI32 = 34,

    /// <summary>Field values as i32 / param0 (f64); -2^31: absent. Decimal numbers come back exactly.</summary>
    FieldDecimalI32 = 35,

    /// <summary>One value (f64) for all records in param0; no bytes.</summary>
    FieldConstant = 36,

    /// <summary>The source position as it is, 1 to 64 bytes.</summary>
    PositionBytes = 48,
}
