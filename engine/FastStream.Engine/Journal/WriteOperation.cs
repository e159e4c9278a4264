using FASTER.core;

namespace FastStream.Engine.Journal;

/// <summary>One write that FASTER asked for; its memory stays valid until the callback has been called.</summary>
internal struct WriteOperation
{
    internal DurableDevice Device;
    internal nint Source;
    internal int Segment;
    internal long OffsetInSegment;
    internal int Bytes;
    internal DeviceIOCompletionCallback Callback;
    internal object Context;
    internal DurableFile? File;
    internal int Error;
}
