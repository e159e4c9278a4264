using System.Net.Sockets;
using System.Text;

namespace FastStream.Client;

/// <summary>
/// The kernel's congestion control of a TCP connection, by name. Linux only: elsewhere nothing is set and none named.
/// </summary>
internal static class CongestionControl
{
    // IPPROTO_TCP and TCP_CONGESTION.
    private const int Level = 6;
    private const int Option = 13;

    /// <summary>For the loopback: BBR, the default on some machines, paces it to half of what this one gives.</summary>
    public const string Reno = "reno";

    /// <summary>Sets it. Throws a <see cref="SocketException"/> where the kernel does not offer it.</summary>
    public static void Set(Socket socket, string name)
    {
        if (OperatingSystem.IsLinux())
        {
            socket.SetRawSocketOption(Level, Option, Encoding.ASCII.GetBytes(name));
        }
    }

    /// <summary>Sets it where it is offered; the one in force, "" where that cannot be told.</summary>
    public static string TrySet(Socket socket, string name)
    {
        if (!OperatingSystem.IsLinux())
        {
            return "";
        }

        try
        {
            Set(socket, name);
        }
        catch (SocketException)
        {
            // Not offered here: the default stays, and is named.
        }

        Span<byte> inForce = stackalloc byte[16];
        int length = socket.GetRawSocketOption(Level, Option, inForce);
        return Encoding.ASCII.GetString(inForce[..length]).TrimEnd('\0');
    }
}
