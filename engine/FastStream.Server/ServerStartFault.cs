namespace FastStream.Server;

/// <summary>Why a server did not start.</summary>
public enum ServerStartFault
{
    /// <summary>Something else; the message says what.</summary>
    Failed = 0,

    /// <summary>Options or configuration are at fault; every fault is listed.</summary>
    BadConfiguration = 1,

    /// <summary>Another program listens on the port.</summary>
    PortTaken = 2,

    /// <summary>Another process has the data folder open.</summary>
    FolderInUse = 3,

    /// <summary>Stored bytes are damaged; file and offset are named.</summary>
    Damaged = 4,

    /// <summary>The data folder was written in another format version.</summary>
    WrongVersion = 5,

    /// <summary>The data folder lies on a file system that keeps nothing.</summary>
    VolatileFileSystem = 6,

    /// <summary>There is no space for the data folder.</summary>
    DiskFull = 7,
}
