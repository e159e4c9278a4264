using System.Net.Sockets;
using FastStream.Engine;
using FastStream.Engine.Journal;

namespace FastStream.Server;

/// <summary>What keeps a server from starting, as one line with a kind.</summary>
internal static class ServerFaults
{
    public static ServerStartException PortTaken(string what, int port, Exception cause) => new(
        ServerStartFault.PortTaken,
        $"port {port} for {what} is taken by another program: stop it, or choose another port (0 takes a free one)",
        cause);

    /// <summary>The reason in an exception; null for one that is a bug and no operating error.</summary>
    public static ServerStartException? Of(Exception fault) => fault switch
    {
        ServerStartException known => known,
        JournalDamagedException or InvalidDataException => new(ServerStartFault.Damaged, OneLine(fault), fault),
        DataFolderException folder => new(KindOf(folder.Fault), OneLine(fault), fault),
        ArgumentException => new(ServerStartFault.BadConfiguration, OneLine(fault), fault),
        IngestionException refused => new(
            refused.Code == Protocol.ErrorCode.DiskFull ? ServerStartFault.DiskFull : ServerStartFault.BadConfiguration,
            OneLine(fault),
            fault),
        Questions.QuestionException refused => new(
            refused.Code == "DISK_FULL" ? ServerStartFault.DiskFull : ServerStartFault.BadConfiguration,
            OneLine(fault),
            fault),
        IOException when StorageError.IsDiskFull(StorageError.Of((IOException)fault)) =>
            new(ServerStartFault.DiskFull, $"the disk is full: free space and start again ({OneLine(fault)})", fault),
        IOException or UnauthorizedAccessException => new(ServerStartFault.Failed, OneLine(fault), fault),
        _ => null,
    };

    public static ServerStartException OfListener(SocketException fault, System.Net.IPAddress address, int port) =>
        fault.SocketErrorCode == SocketError.AddressAlreadyInUse
            ? PortTaken("frames", port, fault)
            : new ServerStartException(
                ServerStartFault.BadConfiguration,
                $"cannot listen on {address} port {port}: {fault.Message}; choose an address of this machine",
                fault);

    private static ServerStartFault KindOf(DataFolderFault fault) => fault switch
    {
        DataFolderFault.InUse => ServerStartFault.FolderInUse,
        DataFolderFault.WrongVersion => ServerStartFault.WrongVersion,
        DataFolderFault.Volatile => ServerStartFault.VolatileFileSystem,
        DataFolderFault.DiskFull => ServerStartFault.DiskFull,
        _ => ServerStartFault.Failed,
    };

    private static string OneLine(Exception fault) => fault.Message.ReplaceLineEndings(" ");
}
