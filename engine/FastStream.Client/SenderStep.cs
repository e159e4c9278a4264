namespace FastStream.Client;

/// <summary>What the sending thread does next.</summary>
internal enum SenderStep
{
    /// <summary>Nothing more: closed or failed.</summary>
    Stop,

    /// <summary>Look again: something has changed or a wait has ended.</summary>
    Again,

    /// <summary>There is no connection: open one.</summary>
    Connect,

    /// <summary>Give a frame of the window to the socket.</summary>
    Send,

    /// <summary>Turn the next piece of work into a frame.</summary>
    Encode,

    /// <summary>Nothing was sent for long: send a ping.</summary>
    Ping,
}
