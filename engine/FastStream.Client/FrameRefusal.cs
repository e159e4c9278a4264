using FastStream.Protocol;

namespace FastStream.Client;

/// <summary>A refused frame as the callback sees it.</summary>
/// <param name="Sequence">The frame.</param>
/// <param name="Code">Why.</param>
/// <param name="IsTransient">Whether it will be sent again; if not, it is dropped for good.</param>
/// <param name="Text">The server's words.</param>
public readonly record struct FrameRefusal(ulong Sequence, ErrorCode Code, bool IsTransient, string Text);
