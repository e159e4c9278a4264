using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace FastStream.Peers.Running;

/// <summary>A connected TCP socket that is read and written by bare calls, blocking or spinning.</summary>
internal sealed unsafe class BareSocket : IDisposable
{
    // What Linux calls TCP_CONGESTION; reno is built into every kernel, and unlike BBR it does not pace the loopback.
    private const int TcpLevel = 6;
    private const int CongestionOption = 13;
    private const string Wanted = "reno";

    // A server that has not answered by then will not.
    private const int PatienceMs = 60_000;

    private readonly Socket _socket;
    private readonly int _descriptor;
    private readonly int _flags;

    private BareSocket(Socket socket, bool isBusy)
    {
        _socket = socket;
        _socket.NoDelay = true;
        _socket.ReceiveTimeout = PatienceMs;
        _socket.SendTimeout = PatienceMs;
        _socket.SetRawSocketOption(TcpLevel, CongestionOption, Encoding.ASCII.GetBytes(Wanted));
        Span<byte> name = stackalloc byte[16];
        int length = _socket.GetRawSocketOption(TcpLevel, CongestionOption, name);
        Congestion = Encoding.ASCII.GetString(name[..length]).TrimEnd('\0');
        _descriptor = (int)socket.Handle;
        _flags = isBusy ? LibC.DontWait : 0;
    }

    /// <summary>The congestion control that is really in force.</summary>
    public string Congestion { get; }

    public static Socket Listen(out int port)
    {
        Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        return listener;
    }

    /// <summary>Waits until the partner has connected; only so long that a partner that died is noticed.</summary>
    public static BareSocket Accept(Socket listener, bool isBusy, CancellationToken stop)
    {
        for (int tries = 0; tries < 300; tries++)
        {
            stop.ThrowIfCancellationRequested();
            if (listener.Poll(TimeSpan.FromMilliseconds(100), SelectMode.SelectRead))
            {
                return new BareSocket(listener.Accept(), isBusy);
            }
        }

        throw new IOException("The partner process did not connect within 30 s.");
    }

    public static BareSocket Connect(int port, bool isBusy)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
        return new BareSocket(socket, isBusy);
    }

    /// <summary>What is there, up to so many bytes; 0 when the other end has closed.</summary>
    public int Receive(byte* destination, int bytes)
    {
        while (true)
        {
            nint received = LibC.Receive(_descriptor, destination, (nuint)bytes, _flags);
            if (received >= 0)
            {
                return (int)received;
            }

            RequireToGoOn("recv");
        }
    }

    /// <summary>Exactly so many bytes; false when the other end has closed.</summary>
    public bool ReceiveAll(byte* destination, int bytes)
    {
        while (bytes > 0)
        {
            int received = Receive(destination, bytes);
            if (received == 0)
            {
                return false;
            }

            destination += received;
            bytes -= received;
        }

        return true;
    }

    public void SendAll(byte* source, int bytes)
    {
        while (bytes > 0)
        {
            nint sent = LibC.Send(_descriptor, source, (nuint)bytes, _flags);
            if (sent < 0)
            {
                RequireToGoOn("send");
                continue;
            }

            source += sent;
            bytes -= (int)sent;
        }
    }

    public void Dispose() => _socket.Dispose();

    // Nothing there yet is what a spinning socket hears most of the time, and a blocking one when its patience ends.
    private void RequireToGoOn(string what)
    {
        int error = Marshal.GetLastPInvokeError();
        if (error != LibC.EINTR && (error != LibC.EAGAIN || _flags == 0))
        {
            throw LibC.Failed(what);
        }
    }
}
