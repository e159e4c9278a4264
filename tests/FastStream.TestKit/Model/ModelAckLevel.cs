namespace FastStream.TestKit.Model;

/// <summary>Ack levels; each includes the ones before it.</summary>
internal enum ModelAckLevel
{
    /// <summary>Never acked.</summary>
    None,

    /// <summary>Checked, sequenced and aggregated.</summary>
    Applied,

    /// <summary>Applied, and the write returned.</summary>
    Written,

    /// <summary>Written, and the flush after it succeeded.</summary>
    Durable,
}
