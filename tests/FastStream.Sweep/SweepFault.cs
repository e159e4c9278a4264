using FastStream.TestKit.Files;

namespace FastStream.Sweep;

/// <summary>One way of going wrong, as the sweep does it to the n-th operation.</summary>
/// <param name="Name">What reports call it.</param>
/// <param name="Fault">What the operation meets.</param>
/// <param name="Cut">Power is cut afterwards, and so much of what was not flushed is left; null: it is not cut.</param>
/// <param name="IsFullDisk">Everything that takes space fails from there on, until space is made.</param>
internal sealed record SweepFault(string Name, FileFault Fault, Survival? Cut, bool IsFullDisk = false)
{
    private const int Eio = 5;
    private const int Enospc = 28;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<SweepFault> All { get; } =
    [
        new("EIO", new FileFault(FileFaultKind.Error, Eio), Cut: null),
        new("EIO, then power cut", new FileFault(FileFaultKind.Error, Eio), Survival.Nothing),
        new("ENOSPC once", new FileFault(FileFaultKind.Error, Enospc), Survival.Nothing),
        new("disk full until space is made", new FileFault(FileFaultKind.Error, Enospc), Survival.Nothing, IsFullDisk: true),
        new("kill before it", new FileFault(FileFaultKind.Death), Cut: null),
        new("kill in its midst", new FileFault(FileFaultKind.DeathHalfWay), Cut: null),
        new("power cut before it", new FileFault(FileFaultKind.Death), Survival.Nothing),
        new("power cut in its midst", new FileFault(FileFaultKind.DeathHalfWay), Survival.AtRandom),
    ];

    /// <inheritdoc/>
    public override string ToString() => Name;
}
