using FastStream.Simulation.Checks;
using FastStream.TestKit.Model;

namespace FastStream.Simulation.Network;

/// <summary>A frame that a producer has made, and what is known of it.</summary>
internal sealed class SentFrame(ModelFrame model, byte[] bytes)
{
    public ModelFrame Model { get; } = model;

    public byte[] Bytes { get; } = bytes;

    public ulong Sequence => (ulong)Model.Sequence;

    /// <summary>Its entry, as long as the journal has it.</summary>
    public JournalEntry? Entry { get; set; }

    /// <summary>The producer has heard of it at its own level, or that it is refused for good.</summary>
    public bool IsAnswered { get; set; }

    /// <summary>It was acked as written: a dead process must not lose it.</summary>
    public bool IsPromisedWritten { get; set; }

    /// <summary>It was acked as durable: nothing may lose it.</summary>
    public bool IsPromisedDurable { get; set; }

    /// <summary>Another frame was sent under its number.</summary>
    public bool IsNumberReused { get; set; }
}
