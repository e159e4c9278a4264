using System.Net;

namespace FastStream.Engine.Ingress.Tcp;

/// <summary>Where producers connect and what a connection may do. Each bound cuts by name and is counted.</summary>
public sealed record FrameListenerOptions
{
    /// <summary>
    /// Descriptors kept free for files and everything else: running out of them ends a .NET process.
    /// </summary>
    public const int SpareDescriptors = 256;

    /// <summary>Address to listen on; default loopback.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>Port; default 7070, 0 takes a free one.</summary>
    public int Port { get; init; } = 7070;

    /// <summary>
    /// Listens where other machines reach it. Default false, and dangerous: there is no encryption and no
    /// authentication, so whoever reaches the port may write.
    /// </summary>
    public bool UnsafeAllowRemote { get; init; }

    /// <summary>
    /// Most connections; default 10,000, and never above what the process's limit of descriptors leaves beside
    /// <see cref="SpareDescriptors"/>, HTTP and those that are being refused. Further ones are told
    /// <c>TOO_MANY_CONNECTIONS</c>.
    /// </summary>
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>The same for one remote address; default 256.</summary>
    public int MaxConnectionsPerAddress { get; init; } = 256;

    /// <summary>
    /// Most connections for HTTP, where the same process serves it; default 64. Further ones are closed at once.
    /// </summary>
    public int MaxHttpConnections { get; init; } = 64;

    /// <summary>
    /// Connections, the first that come, which a thread of their own polls without ever sleeping while there is one:
    /// acks of small frames come several times as soon, for a whole core. Default 0: none; at most 64, since a round
    /// takes a system call for each.
    /// </summary>
    public int BusyPollConnections { get; init; }

    /// <summary>
    /// Memory of frames that are not whole yet, over all connections; default 256 MiB. Beyond it, connections that hold
    /// none are not read from until there is room.
    /// </summary>
    public long MaxReceiveBytes { get; init; } = 256L << 20;

    /// <summary>A hello must have come by then; default 5 s. Otherwise <c>HELLO_TIMEOUT</c>.</summary>
    public TimeSpan HelloTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a frame may be on its way before its rate is looked at; default 5 s.</summary>
    public TimeSpan SlowFrameGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Bytes a second that a frame must bring after its grace; default 240. Otherwise <c>TOO_SLOW</c>.
    /// </summary>
    public int MinFrameBytesPerSecond { get; init; } = 240;

    /// <summary>
    /// Longest silence; default 130 s, so that one lost ping a minute does no harm. Otherwise <c>IDLE</c>.
    /// </summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary>Answers that may wait unread; default 1 MiB. Above it the connection is not read from.</summary>
    public int MaxUnsentBytes { get; init; } = 1 << 20;

    /// <summary>
    /// How long more than <see cref="MaxUnsentBytes"/> may wait; default 9 s, so that with the time between two looks
    /// the connection is cut within 10 s.
    /// </summary>
    public TimeSpan MaxUnsentTime { get; init; } = TimeSpan.FromSeconds(9);

    /// <summary>
    /// Memory of answers that wait unread, over all connections; default 128 MiB. Above it a connection that leaves
    /// more than its share unread (this divided by <see cref="MaxConnections"/>, 4 KiB at least) is not read from, and
    /// once it has taken nothing for a second, the longest such first, it is cut.
    /// </summary>
    public long MaxTotalUnsentBytes { get; init; } = 128L << 20;

    /// <summary>How long a closing connection may take to hear the rest; default 5 s.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The clock of the bounds above; a test's own one, or the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Faults in one line each, all of them; empty when the options can be used.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> faults = [];
        if (Port is < 0 or > 65_535)
        {
            faults.Add($"{nameof(Port)} {Port} is outside 0..65,535 (0 = a free one)");
        }

        if (!IPAddress.IsLoopback(Address) && !UnsafeAllowRemote)
        {
            faults.Add(
                $"{nameof(Address)} {Address} can be reached by other machines, and there is no encryption and no "
                + $"authentication: use 127.0.0.1, or set {nameof(UnsafeAllowRemote)} if the network is safe");
        }

        AddRange(faults, nameof(MaxConnections), MaxConnections, 1, 1_000_000);
        AddRange(faults, nameof(MaxConnectionsPerAddress), MaxConnectionsPerAddress, 1, 1_000_000);
        AddRange(faults, nameof(MaxHttpConnections), MaxHttpConnections, 1, 1_000_000);
        AddRange(faults, nameof(BusyPollConnections), BusyPollConnections, 0, 64);
        AddRange(faults, nameof(MinFrameBytesPerSecond), MinFrameBytesPerSecond, 1, 1 << 30);
        AddRange(faults, nameof(MaxUnsentBytes), MaxUnsentBytes, 4_096, 1 << 30);
        if (MaxReceiveBytes < 1 << 20)
        {
            faults.Add($"{nameof(MaxReceiveBytes)} {MaxReceiveBytes} is below {1 << 20}");
        }

        if (MaxTotalUnsentBytes < MaxUnsentBytes)
        {
            faults.Add(
                $"{nameof(MaxTotalUnsentBytes)} {MaxTotalUnsentBytes} is below {nameof(MaxUnsentBytes)} "
                + $"{MaxUnsentBytes}");
        }

        AddRange(faults, nameof(HelloTimeout), HelloTimeout);
        AddRange(faults, nameof(SlowFrameGrace), SlowFrameGrace);
        AddRange(faults, nameof(IdleTimeout), IdleTimeout);
        AddRange(faults, nameof(MaxUnsentTime), MaxUnsentTime);
        AddRange(faults, nameof(CloseTimeout), CloseTimeout);
        return faults;
    }

    private static void AddRange(List<string> faults, string name, int value, int least, int most)
    {
        if (value < least || value > most)
        {
            faults.Add($"{name} {value} is outside {least}..{most}");
        }
    }

    private static void AddRange(List<string> faults, string name, TimeSpan value)
    {
        if (value < TimeSpan.FromMilliseconds(10) || value > TimeSpan.FromDays(1))
        {
            faults.Add($"{name} {value} is outside 10 ms..1 day");
        }
    }
}
