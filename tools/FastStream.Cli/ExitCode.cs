namespace FastStream.Cli;

/// <summary>What the process says when it ends. The numbers are a contract with scripts: never reuse one.</summary>
internal enum ExitCode
{
    /// <summary>Done.</summary>
    Ok = 0,

    /// <summary>Failed or refused; the line on stderr says what.</summary>
    Failed = 1,

    /// <summary>The command line is wrong.</summary>
    Usage = 2,

    /// <summary>The data folder is damaged; the segment and offset are named.</summary>
    Damaged = 3,

    /// <summary>The configuration is wrong; every fault is listed.</summary>
    BadConfiguration = 4,

    /// <summary>Nothing listens at the address.</summary>
    CannotConnect = 5,

    /// <summary>The port is taken by another process.</summary>
    PortTaken = 6,

    /// <summary>Another process has the data folder open.</summary>
    FolderInUse = 7,

    /// <summary>The other side, or the folder, speaks another version.</summary>
    WrongVersion = 8,

    /// <summary>The disk is full.</summary>
    DiskFull = 9,

    /// <summary>Stopped by Ctrl+C before the work was done.</summary>
    Interrupted = 130,
}
