using System.Runtime.InteropServices;
using FastStream.Protocol;
using FastStream.Protocol.Columns;

namespace FastStream.Fuzz.Targets.Wire;

/// <summary>
/// Data frames, plain or compressed: directory, encodings, LZ4. Scratch is exactly as long as the decoder says and ends
/// at a guard; what was decoded is encoded raw and decoded again to the same values.
/// </summary>
internal sealed unsafe class DataFrameTarget(bool compressed) : FuzzTarget
{
    /// <summary>Largest scratch: every column of a frame of all records, and a whole raw payload.</summary>
    private const int MaxScratchBytes =
        (WireFormat.MaxColumnCount * WireFormat.MaxRecordsPerFrame * sizeof(ulong)) + (2 * WireFormat.DefaultMaxFrameBytes);

    /// <summary>Larger frames are not encoded again: it would cost more than it finds.</summary>
    private const int MaxRewrittenBytes = 512 << 10;

    private readonly DataFrameMaker _maker = new();
    private readonly GuardedMemory _scratch = new(MaxScratchBytes);
    private readonly RecordBatch _batch = new();
    private readonly RecordBatch _again = new();
    private readonly byte[] _frame = GC.AllocateUninitializedArray<byte>(2 * MaxRewrittenBytes, pinned: true);

    public override string Name => compressed ? "data-frame-lz4" : "data-frame";

    public override int Weight => compressed ? 80 : 200;

    public override void Generate(FuzzRandom random, InputBuffer input) => _maker.Make(random, input, compressed);

    public override void Repair(FuzzRandom random, InputBuffer input) => FrameRepair.Run(random, input);

    public override long AllocationLimit(int inputBytes) => 0;

    public override bool Run(ReadOnlySpan<byte> input)
    {
        if (FrameReader.TryReadWhole(input, FrameLimits.Default, out FrameHeader header) != FrameError.None
            || header.Kind != FrameKind.Data)
        {
            return false;
        }

        KeyKind keyKind = (KeyKind)(header.SchemaId & 1);
        if (DataFrameDecoder.TryGetScratchBytes(input, header, keyKind, out long scratchBytes) != FrameError.None)
        {
            return false;
        }

        Require(scratchBytes is >= 0 and <= MaxScratchBytes, "scratch beyond any limit");
        Span<byte> scratch = _scratch.Take((int)scratchBytes, atEnd: true);
        fixed (byte* frame = input)
        {
            FrameError error = DataFrameDecoder.TryDecode(
                frame,
                input.Length,
                header,
                keyKind,
                checkPayload: true,
                (byte*)Unsafe(scratch),
                scratch.Length,
                _batch);
            Require(error != FrameError.ScratchTooSmall, "the decoder needs more scratch than it said");
            if (error != FrameError.None)
            {
                return false;
            }

            CheckBatch(header, keyKind);
        }

        return true;
    }

    protected override void Release() => _scratch.Dispose();

    private static void* Unsafe(Span<byte> memory) => System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetReference(memory));

    private void CheckBatch(in FrameHeader header, KeyKind keyKind)
    {
        Require(_batch.Count == header.RecordCount, "another count of records");
        ScanKernels.TimesPlain(_batch.TimeSpan, out long min, out long max, out bool ascending);
        Require(
            min == _batch.MinTime && max == _batch.MaxTime && ascending == _batch.TimesAscending, "bounds of time differ from the times");
        Require(_batch.HasKeyIds == (keyKind == KeyKind.Text), "keys of another kind");
        if (_batch.HasKeyIds)
        {
            Require(_batch.MaxKeyId == ScanKernels.MaxPlain(_batch.KeyIdSpan), "the largest id differs from the ids");
        }

        int fields = System.Numerics.BitOperations.PopCount(_batch.FieldMask);
        if (DataFrameWriter.MaxFrameBytes(header.RecordCount, fields, _batch.Position.Length) <= MaxRewrittenBytes)
        {
            EncodeAgain(header, keyKind, fields);
        }
    }

    private void EncodeAgain(in FrameHeader header, KeyKind keyKind, int fields)
    {
        DataFrameWriter writer = new(
            _frame, header.RecordCount, fields + 2 + (_batch.Position.IsEmpty ? 0 : 1), EncodingMode.Raw);
        if (keyKind == KeyKind.U64)
        {
            writer.AddKeys(_batch.KeySpan);
        }
        else
        {
            writer.AddKeyIds(_batch.KeyIdSpan);
        }

        writer.AddTimes(_batch.TimeSpan);
        for (int field = 0; field < WireFormat.MaxFieldCount; field++)
        {
            if (_batch.HasField(field))
            {
                writer.AddField(field, _batch.FieldSpan(field));
            }
        }

        if (!_batch.Position.IsEmpty)
        {
            writer.AddPosition(_batch.Position);
        }

        int bytes = writer.Finish(header.SchemaId, header.Sequence);
        FrameLimits limits = new(2 * MaxRewrittenBytes, WireFormat.MaxRecordsPerFrame);
        Require(
            FrameReader.TryReadWhole(_frame.AsSpan(0, bytes), limits, out FrameHeader again) == FrameError.None,
            "a frame that was decoded cannot be written");
        fixed (byte* frame = _frame)
        {
            FrameError error = DataFrameDecoder.TryDecode(frame, bytes, again, keyKind, true, null, 0, _again);
            Require(error == FrameError.None, "a frame that was written cannot be decoded");
            Require(SameBatch(), "a frame has other values when it is written and read again");
        }
    }

    private bool SameBatch()
    {
        bool isSame = _again.FieldMask == _batch.FieldMask
            && _again.KeySpan.SequenceEqual(_batch.KeySpan)
            && _again.KeyIdSpan.SequenceEqual(_batch.KeyIdSpan)
            && _again.TimeSpan.SequenceEqual(_batch.TimeSpan)
            && _again.Position.SequenceEqual(_batch.Position);
        for (int field = 0; field < WireFormat.MaxFieldCount && isSame; field++)
        {
            isSame = MemoryMarshal.AsBytes(_again.FieldSpan(field)).SequenceEqual(MemoryMarshal.AsBytes(_batch.FieldSpan(field)));
        }

        return isSame;
    }
}
