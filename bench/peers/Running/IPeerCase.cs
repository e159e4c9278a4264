namespace FastStream.Peers.Running;

/// <summary>One way to do the work, or a limit of the machine.</summary>
internal interface IPeerCase
{
    PeerFacts Facts { get; }

    /// <summary>What is measured, by name and version; asked only when it can run here.</summary>
    string Version { get; }

    /// <summary>Why it cannot run here, or null.</summary>
    string? WhyNot(PeerLoad load);

    /// <summary>Prepares, measures, checks, and removes what it made.</summary>
    Measurement Run(CaseRun run);
}
