using System.Diagnostics;
using FastStream.Peers.Ceilings;
using FastStream.Peers.Running;

namespace FastStream.Peers.Servers;

/// <summary>A server's program, and what it says of itself.</summary>
/// <param name="FullPath">Where Debian puts it.</param>
/// <param name="Package">What brings it.</param>
/// <param name="VersionArgument">Makes it print its version and end.</param>
internal sealed record InstalledProgram(string FullPath, string Package, string VersionArgument)
{
    public bool IsThere => File.Exists(FullPath);

    /// <summary>Why a case that needs this program cannot run here, or null.</summary>
    public string? WhyNot(PeerLoad load) => LinuxOnly.WhyNot()
        ?? (IsThere ? null : $"{Package} is not installed; bench/peers/install.sh does that")
        ?? WorkFolder.WhyNoDisk(load.Folder);

    /// <summary>The first line that it prints about itself.</summary>
    public string Version()
    {
        ProcessStartInfo start = new(FullPath, [VersionArgument]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        string line = process.StandardOutput.ReadLine() ?? process.StandardError.ReadLine() ?? "";
        process.WaitForExit();
        return line;
    }
}
