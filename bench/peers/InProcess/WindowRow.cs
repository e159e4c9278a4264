namespace FastStream.Peers.InProcess;

/// <summary>What a closed window hands out for a key.</summary>
internal readonly record struct WindowRow(ulong Key, WindowCell Cell);
