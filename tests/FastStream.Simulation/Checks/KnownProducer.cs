namespace FastStream.Simulation.Checks;

/// <summary>A producer as the journal has it.</summary>
internal sealed class KnownProducer(string stream, string name)
{
    public string Stream { get; } = stream;

    public string Name { get; } = name;

    public ulong Epoch { get; set; }

    public ulong LastSequence { get; set; }
}
