using System.Diagnostics;
using FastStream.Peers.Ceilings;
using FastStream.Peers.Running;

namespace FastStream.Peers.Servers;

/// <summary>A server's program, where Debian puts it.</summary>
/// <param name="FullPath">Of the program.</param>
/// <param name="Package">What brings it.</param>
/// <param name="VersionArgument">Makes it print its version and end; null: it has none, and Debian is asked.</param>
internal sealed record InstalledProgram(string FullPath, string Package, string? VersionArgument)
{
    /// <summary>Why a case that needs this program cannot run here, or null.</summary>
    public string? WhyNot(PeerLoad load) => LinuxOnly.WhyNot()
        ?? (File.Exists(FullPath) ? null : $"{Package} is not installed; bench/peers/install.sh does that")
        ?? WorkFolder.WhyNoDisk(load.Folder);

    public string Version() => VersionArgument is string argument
        ? FirstLine(FullPath, argument)
        : $"{Package} {FirstLine("/usr/bin/dpkg-query", "-W", "-f", "${Version}", Package)}";

    private static string FirstLine(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        string line = process.StandardOutput.ReadLine() ?? process.StandardError.ReadLine() ?? "";
        process.WaitForExit();
        return line;
    }
}
