namespace FastStream.LoadBench.Cases;

/// <summary>One thing that is measured, in a process of its own.</summary>
internal interface ILoadCase
{
    /// <summary>A short name with dashes.</summary>
    string Name { get; }

    /// <summary>What is measured, in a line.</summary>
    string What { get; }

    /// <summary>Whether it writes so much to the disk that a short run would measure its cache.</summary>
    bool FillsDisk { get; }

    /// <summary>Measures, checks the results, and returns the figures.</summary>
    CaseReport Run(CaseSettings settings);
}
