using System.Runtime.InteropServices;
using FastStream.Engine.Journal;

namespace FastStream.Engine.Repair;

/// <summary>An entry that stands where one was lost, so that addresses and sequences stay as they were.</summary>
/// <param name="Address">Where it stands; 0 until that is decided.</param>
/// <param name="Header">Its header; sealed when it is written.</param>
/// <param name="Payload">The first bytes of its payload; the rest is zeros.</param>
internal sealed record LogStandIn(long Address, EntryHeader Header, byte[] Payload)
{
    /// <summary>Bytes from its length on; zeros follow up to the end of the payload.</summary>
    internal byte[] ToBytes()
    {
        EntryHeader header = Header;
        byte[] payload = new byte[header.PayloadBytes];
        Payload.CopyTo(payload, 0);
        header.Seal(payload);
        byte[] bytes = new byte[LogGeometry.LeastEntryBytes + Payload.Length];
        MemoryMarshal.Write(bytes, EntryHeader.SizeBytes + payload.Length);
        MemoryMarshal.Write(bytes.AsSpan(LogGeometry.LengthBytes), header);
        Payload.CopyTo(bytes, LogGeometry.LeastEntryBytes);
        return bytes;
    }
}
