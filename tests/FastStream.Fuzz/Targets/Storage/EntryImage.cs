using System.Buffers.Binary;
using System.Runtime.InteropServices;
using FastStream.Engine.Journal;
using FastStream.Protocol;

namespace FastStream.Fuzz.Targets.Storage;

/// <summary>The bytes of a small log as FASTER lays them out: a length, a header, a payload, all on 4-byte borders.</summary>
internal sealed class EntryImage
{
    private readonly byte[] _payload = new byte[1024];

    /// <summary>Where the entries end.</summary>
    public int EndBytes { get; private set; }

    /// <summary>Sequence of the last entry.</summary>
    public ulong LastSequence { get; private set; }

    /// <summary>Incarnation of the last entry.</summary>
    public ulong LastIncarnation { get; private set; }

    /// <summary>Appends an image from address 0 on; entries begin at 64.</summary>
    public void Make(FuzzRandom random, InputBuffer input, LogGeometry geometry, int maxBytes)
    {
        int start = input.Length;
        input.SetLength(start + maxBytes);
        Span<byte> image = input.Written[start..];
        image.Clear();
        long address = LogGeometry.FirstAddress;
        LastSequence = (ulong)random.Skewed(1000);
        LastIncarnation = 1 + (ulong)random.Below(3);
        for (int entries = 1 + random.Skewed(30); entries > 0; entries--)
        {
            int payloadBytes = random.Skewed(_payload.Length);
            int stored = LogGeometry.StoredBytes(payloadBytes);
            address = geometry.StartOf(address, stored);
            if (address + stored > maxBytes)
            {
                break;
            }

            Append(random, image[(int)address..], payloadBytes, address);
            address += stored;
        }

        EndBytes = (int)address;
        input.SetLength(start + (int)LogGeometry.AlignToBlock(EndBytes));
    }

    /// <summary>Gives every entry that can still be found its checksums, and its length where that was spoiled.</summary>
    public static void Repair(FuzzRandom random, Span<byte> image)
    {
        bool mendLengths = random.OneIn(2);
        for (int at = (int)LogGeometry.FirstAddress; at + LogGeometry.LeastEntryBytes <= image.Length;)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(image[at..]);
            Span<byte> header = image.Slice(at + LogGeometry.LengthBytes, EntryHeader.SizeBytes);
            ref EntryHeader entry = ref MemoryMarshal.AsRef<EntryHeader>(header);
            if (length == 0)
            {
                return;
            }

            if (mendLengths)
            {
                entry.PayloadBytes = (uint)(length - EntryHeader.SizeBytes);
            }

            bool fits = length >= EntryHeader.SizeBytes && length <= image.Length - at - LogGeometry.LengthBytes;
            if (fits)
            {
                entry.PayloadCrc32C = Crc32C.Compute(
                    image.Slice(at + LogGeometry.LeastEntryBytes, length - EntryHeader.SizeBytes));
            }

            entry.Magic = EntryHeader.MagicValue;
            entry.HeaderCrc32C = Crc32C.Compute(header[..124]);
            if (!fits)
            {
                return;
            }

            at += LogGeometry.StoredBytes(length - EntryHeader.SizeBytes);
        }
    }

    private void Append(FuzzRandom random, Span<byte> target, int payloadBytes, long address)
    {
        bool isNewLife = random.OneIn(16);
        LastIncarnation += isNewLife ? 1UL : 0;
        Span<byte> payload = _payload.AsSpan(0, payloadBytes);
        random.Fill(payload[..Math.Min(16, payloadBytes)]);
        EntryHeader header = new()
        {
            Kind = isNewLife ? EntryKind.IncarnationStarted : random.OneIn(8) ? EntryKind.Padding : EntryKind.Frame,
            Incarnation = LastIncarnation,
            EntrySequence = ++LastSequence,
            StreamId = 1,
            ProducerId = 1,
            FrameSequence = LastSequence,
            ArrivalNs = (long)random.EdgeNumber(),
            DurableAddressKnown = (ulong)(address & ~4095L),
        };
        header.Seal(payload);
        BinaryPrimitives.WriteInt32LittleEndian(target, EntryHeader.SizeBytes + payloadBytes);
        header.AsBytes().CopyTo(target[LogGeometry.LengthBytes..]);
        payload.CopyTo(target[LogGeometry.LeastEntryBytes..]);
    }
}
