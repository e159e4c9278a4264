namespace FastStream.Peers.Ceilings;

/// <summary>The bare calls are those of Linux on 64 bits.</summary>
internal static class LinuxOnly
{
    public static string? WhyNot() =>
        OperatingSystem.IsLinux() && Environment.Is64BitProcess ? null : "it uses calls of 64-bit Linux";
}
