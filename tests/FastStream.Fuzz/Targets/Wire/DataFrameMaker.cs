using FastStream.Protocol;

namespace FastStream.Fuzz.Targets.Wire;

/// <summary>Valid data frames: every encoding, every kind of key, few and many records.</summary>
internal sealed class DataFrameMaker
{
    private const int MaxRecords = 4096;

    private readonly ulong[] _keys = new ulong[MaxRecords];
    private readonly uint[] _ids = new uint[MaxRecords];
    private readonly long[] _times = new long[MaxRecords];
    private readonly double[] _values = new double[MaxRecords];
    private readonly byte[] _position = new byte[WireFormat.MaxPositionBytes];
    private readonly byte[] _compression = new byte[InputBuffer.CapacityBytes];

    /// <summary>Appends a frame. Its schema number says what its keys are: 0 u64, 1 text.</summary>
    public void Make(FuzzRandom random, InputBuffer input, bool compress)
    {
        int records = random.OneIn(64) ? random.Between(1, MaxRecords) : 1 + random.Skewed(100);
        int fields = random.OneIn(16) ? random.Below(WireFormat.MaxFieldCount + 1) : random.Below(4);
        int positionBytes = random.OneIn(4) ? random.Between(1, WireFormat.MaxPositionBytes) : 0;
        records = Math.Min(records, 200_000 / (8 * (fields + 2)));
        KeyKind keyKind = (KeyKind)random.Below(2);
        DataFrameWriter writer = new(
            input.GetSpan(), records, fields + 2 + (positionBytes > 0 ? 1 : 0), random.OneIn(3) ? EncodingMode.Raw : EncodingMode.Auto);
        AddKeys(ref writer, random, keyKind, records);
        long start = random.OneIn(8) ? (long)random.EdgeNumber() : 1_577_836_800_000_000_000;
        long step = random.OneIn(4) ? (long)random.EdgeNumber() : 1_000_000;
        for (int i = 0; i < records; i++)
        {
            _times[i] = start + (i * step);
        }

        writer.AddTimes(_times.AsSpan(0, records));
        for (int field = 0; field < fields; field++)
        {
            FillField(random, records);
            writer.AddField(field, _values.AsSpan(0, records));
        }

        if (positionBytes > 0)
        {
            random.Fill(_position.AsSpan(0, positionBytes));
            writer.AddPosition(_position.AsSpan(0, positionBytes));
        }

        ulong sequence = (ulong)random.Skewed(1000) + 1;
        input.Advance(writer.Finish((uint)keyKind, sequence, compress ? _compression : default));
    }

    private void AddKeys(ref DataFrameWriter writer, FuzzRandom random, KeyKind keyKind, int records)
    {
        int distinct = random.OneIn(4) ? 1 : random.OneIn(4) ? 100_000 : 100;
        for (int i = 0; i < records; i++)
        {
            _ids[i] = (uint)random.Below(distinct);
            _keys[i] = _ids[i] * 0x9E37_79B9_7F4A_7C15;
        }

        if (keyKind == KeyKind.U64)
        {
            writer.AddKeys(_keys.AsSpan(0, records));
        }
        else
        {
            writer.AddKeyIds(_ids.AsSpan(0, records));
        }
    }

    private void FillField(FuzzRandom random, int records)
    {
        int kind = random.Below(6);
        double constant = BitConverter.UInt64BitsToDouble(random.EdgeNumber());
        for (int i = 0; i < records; i++)
        {
            _values[i] = kind switch
            {
                0 => constant,
                1 => random.Below(2001) - 1000,
                2 => (random.Below(2_000_001) - 1_000_000) / 100.0,
                3 => BitConverter.UInt32BitsToSingle((uint)random.Next()),
                4 => i % 3 == 0 ? double.NaN : random.Below(100),
                _ => BitConverter.UInt64BitsToDouble(random.Next()),
            };
        }
    }
}
