using FastStream.Engine.Journal;

namespace FastStream.TestKit.Journal;

/// <summary>One entry as the simulated disk holds it.</summary>
internal sealed record SimulatedEntry(long Address, long EndAddress, EntryHeader Header, byte[] Payload);
