using System.Buffers;
using FastStream.Protocol;
using FastStream.TestKit.Wire;

namespace FastStream.Fuzz.Targets.Wire;

/// <summary>Headers, and the cutting of a run of bytes into frames, whole and in pieces.</summary>
internal sealed class FrameHeaderTarget : FuzzTarget
{
    private readonly FuzzRandom _cuts = new();
    private readonly byte[] _pieces = new byte[InputBuffer.CapacityBytes];
    private readonly byte[] _header = new byte[WireFormat.HeaderBytes];

    public override string Name => "frame-header";

    public override int Weight => 150;

    public override void Generate(FuzzRandom random, InputBuffer input)
    {
        for (int frames = random.Between(1, 3); frames > 0; frames--)
        {
            FrameKind kind = (FrameKind)random.Pick<byte>([1, 2, 3, 4, 5, 6, 7, 8, 9, 65, 66, 67, 68, 69, 70]);
            int payloadBytes = random.Skewed(300);
            bool isCompressed = kind == FrameKind.Data && payloadBytes > 0 && random.OneIn(3);
            int start = input.Length;
            input.SetLength(start + WireFormat.HeaderBytes + WireFormat.Align(payloadBytes));
            Span<byte> frame = input.Written[start..];
            frame.Clear();
            random.Fill(frame.Slice(WireFormat.HeaderBytes, Math.Min(payloadBytes, 16)));
            new FrameHeader
            {
                Kind = kind,
                Flags = isCompressed ? FrameFlags.Lz4 : FrameFlags.None,
                AckLevel = kind == FrameKind.Hello ? (AckLevel)random.Below(4) : AckLevel.None,
                PayloadBytes = payloadBytes,
                RawPayloadBytes = isCompressed ? random.Below(payloadBytes * WireFormat.MaxCompressionRatio) : payloadBytes,
                RecordCount = kind == FrameKind.Data ? random.Between(1, WireFormat.MaxRecordsPerFrame) : 0,
                Sequence = kind.IsSequenced() ? Math.Max(1, random.EdgeNumber()) : 0,
                SchemaId = kind is FrameKind.Data or FrameKind.Schema or FrameKind.SchemaAccepted ? (uint)random.EdgeNumber() : 0,
                PayloadCrc32C = Crc32C.Compute(frame[WireFormat.HeaderBytes..]),
            }.Write(frame);
        }
    }

    public override void Repair(FuzzRandom random, InputBuffer input)
    {
        if (input.Length >= WireFormat.HeaderBytes)
        {
            FrameRepair.SealHeader(input.Written);
        }
    }

    public override bool Run(ReadOnlySpan<byte> input)
    {
        FrameError expected = FrameError.Truncated;
        FrameHeader header = default;
        if (input.Length >= WireFormat.HeaderBytes)
        {
            expected = FrameHeader.TryRead(input, FrameLimits.Default, out header);
            CheckHeader(input, expected, header);
        }

        input.CopyTo(_pieces);
        ReadOnlySequence<byte> rest = Pieces(input.Length);
        bool isFirst = true;
        int passed = 0;
        while (FrameReader.TryReadFrame(ref rest, FrameLimits.Default, out FrameHeader found, out ReadOnlySequence<byte> frame, out _))
        {
            Require(frame.Length == found.FrameBytes, "a frame of another length than its header says");
            Require(!isFirst || found == header, "a frame in pieces has another header");
            isFirst = false;
            passed += found.FrameBytes;
            FrameReader.CheckPayload(input[(passed - found.FrameBytes)..passed], found);
        }

        return !isFirst;
    }

    public override long AllocationLimit(int inputBytes) => 8192;

    private void CheckHeader(ReadOnlySpan<byte> input, FrameError error, in FrameHeader header)
    {
        if (error == FrameError.None)
        {
            Require(header.FrameBytes <= WireFormat.DefaultMaxFrameBytes && header.RawPayloadBytes <= WireFormat.DefaultMaxFrameBytes
                && header.PayloadBytes >= 0 && header.RecordCount <= WireFormat.MaxRecordsPerFrame, "a header beyond the limits");
            header.Write(_header);
            Require(input.StartsWith(_header), "a header is written as other bytes");
        }
    }

    // The same bytes in up to six segments, cut where the bytes themselves say.
    private ReadOnlySequence<byte> Pieces(int length)
    {
        _cuts.Start((ulong)length + (length > 16 ? _pieces[16] : 0UL), "cuts", 0);
        PieceSegment first = new(_pieces.AsMemory(0, _cuts.Below(length + 1)), 0);
        PieceSegment last = first;
        while (last.RunningIndex + last.Memory.Length < length)
        {
            int start = (int)last.RunningIndex + last.Memory.Length;
            int count = last.RunningIndex > 4 * (length / 6) ? length - start : _cuts.Below(length - start + 1) + (_cuts.OneIn(2) ? 0 : 1);
            last = last.Append(_pieces.AsMemory(start, Math.Min(count, length - start)));
            if (count == 0)
            {
                last = last.Append(_pieces.AsMemory(start, length - start));
            }
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }
}
