using FastStream.Engine;
using FastStream.Engine.Definitions;
using FastStream.Engine.Ingress;
using FastStream.Engine.Memory;
using FastStream.Engine.Partitions;
using FastStream.Protocol;
using FastStream.TestKit.Engines;
using FastStream.TestKit.Generate;
using FastStream.TestKit.Model;
using FastStream.TestKit.Wire;
using FastStream.Tests.Partitions;

namespace FastStream.Tests.Formulas;

/// <summary>
/// The sentence the engine is built on: D is cut into D1..Dn, P(D) = (P1(D1)..Pn(Dn)), and S keeps the same whatever
/// n is. One test a formula, each for 1, 2, 3 and 8 partitions.
/// </summary>
public sealed class FormulaTests
{
    private const long Second = 1_000_000_000;

    private static readonly RecordGenerator s_generator = new("formulas", 7)
    {
        RecordsPerFrame = 700,
        KeyCount = 300,
        StepNs = Second / 100,
        JitterNs = 4 * (ulong)Second,
    };

    public static TheoryData<int> PartitionCounts => [1, 2, 3, 8];

    [Theory]
    [MemberData(nameof(PartitionCounts))]
    public unsafe void TheParts_D1_to_Dn_OfABlockRejoinTo_D(int partitionCount)
    {
        byte[] bytes = WireFrames.Encode(s_generator.Frame(1), textKeys: false, [0], EncodingMode.Raw);
        FrameLimits limits = new(WireFormat.HardMaxFrameBytes, WireFormat.MaxRecordsPerFrame);
        Assert.Equal(FrameError.None, FrameHeader.TryRead(bytes, limits, out FrameHeader header));
        Assert.Equal(
            FrameError.None, DataFrameDecoder.TryGetScratchBytes(bytes, header, KeyKind.U64, out long scratchBytes));
        BlockPool pool = new(1 << 24);
        int blockBytes = (int)FramePool.BlockBytes(header, scratchBytes);
        InboundFrame frame = new();
        frame.Take(session: null, header, pool.Rent(blockBytes, BlockPurpose.Frame), blockBytes);
        bytes.CopyTo(new Span<byte>(frame.Pointer, bytes.Length));
        Assert.Equal(FrameError.None, FrameDecoding.Decode(frame, KeyKind.U64, checkPayload: true, scratchBytes));

        new PartitionIndex(partitionCount).Split(frame, dictionary: null);

        List<int> rejoined = [];
        for (int p = 0; p < partitionCount; p++)
        {
            ushort[] part = frame.Rows(p).ToArray();
            SlotRange slots = SlotRange.Of(p, partitionCount);
            Assert.Equal(part.Order(), part);
            Assert.All(part, row => Assert.True(slots.Contains(SlotHash.SlotOf(frame.Batch.KeySpan[row]))));
            rejoined.AddRange(part.Select(row => (int)row));
        }

        Assert.Equal(Enumerable.Range(0, s_generator.RecordsPerFrame), rejoined.Order());
        Assert.Equal(bytes, frame.Bytes.ToArray());   // D itself stays as it came
        frame.Release();
    }

    [Theory]
    [MemberData(nameof(PartitionCounts))]
    public void P_i_ReadsOnly_D_i(int partitionCount)
    {
        StreamDefinition stream = StreamDefinition.Parse("s", "u64 (v) rules: range v -990..990");
        using PartitionHarness sound = new(stream, partitionCount);
        using PartitionHarness poisoned = new(stream, partitionCount);
        foreach (PartitionHarness harness in new[] { sound, poisoned })
        {
            harness.AddView("w", "tumbling 2s late 1s where v != 5 by key: count, sum(v), variance(v), p90(v)", 1);
            harness.AddView("all", "tumbling 3s over all: count, sum(v)", 2);
        }

        for (long sequence = 1; sequence <= 20; sequence++)
        {
            TestFrame frame = Lay(s_generator.Frame(sequence));
            for (int p = 0; p < partitionCount; p++)
            {
                ApplyTo(sound, p, frame, frame);
                ApplyTo(poisoned, p, frame, WithoutPartsOfOthers(frame, sound.Partitions[p].Slots));
            }

            long watermark = frame.Times.Max() - (6 * Second);
            sound.Advance(watermark);
            poisoned.Advance(watermark);
        }

        Assert.NotEmpty(sound.Drain());
        Assert.Equal(sound.Drain(), poisoned.Drain());
        Assert.Equal(sound.Open(), poisoned.Open());
        Assert.Equal(sound.Counters().RefusedByRules, poisoned.Counters().RefusedByRules);
    }

    [Fact]
    public async Task S_OverNPartitions_Equals_S_OverOne()
    {
        Dictionary<int, string> dumps = [];
        foreach (int partitionCount in new[] { 1, 2, 3, 8 })
        {
            dumps.Add(partitionCount, await DumpOf(partitionCount));
        }

        Assert.Contains("\nwindow ", dumps[1], StringComparison.Ordinal);
        Assert.All(dumps.Values, dump => Assert.Equal(dumps[1], dump));
    }

    // Values are tenths, which have no exact form: equal sums mean that additions have one order for every n.
    private static async Task<string> DumpOf(int partitionCount)
    {
        ManualClock clock = new() { NowNs = s_generator.StartNs + (3600 * Second) };
        await using IngestionEngine engine = new SimulatedEngine().Open(partitionCount, clock);
        engine.Stream("s", "u64 (v)")
            .View("w", "tumbling 2s late 1s by key: count, sum(v), mean(v), stddev(v), first(v), p90(v)")
            .View("all", "tumbling 3s late 2s over all: count, sum(v), variance(v), p50(v)");
        EngineSession session = await EngineSession.OpenAsync(engine.Core, "s", "p", KeyKind.U64, 0, ["v"]);
        for (long sequence = 1; sequence <= 30; sequence++)
        {
            ModelRecord[] tenths = [.. s_generator.Frame(sequence).Records
                .Select(record => record with { Values = [record.Values[0] / 10] })];
            EngineAnswer answer = await session.OfferAsync(
                WireFrames.Encode(ModelFrame.Data(sequence, tenths), textKeys: false, [0], EncodingMode.Auto));
            Assert.Equal(ErrorCode.None, answer.Code);
        }

        using MemoryStream dump = new();
        await engine.DigestAsync(dump);
        return System.Text.Encoding.UTF8.GetString(dump.ToArray());
    }

    private static TestFrame Lay(ModelFrame frame) => new(
        [.. frame.Records.Select(record => record.Key)],
        [.. frame.Records.Select(record => record.TimeNs)],
        [.. frame.Records.Select(record => record.Values[0])]);

    // Every record of another partition becomes one that would be counted wherever it was read.
    private static TestFrame WithoutPartsOfOthers(TestFrame frame, SlotRange own)
    {
        TestFrame poisoned = frame.Slice(0, frame.Count);
        for (int row = 0; row < frame.Count; row++)
        {
            if (!own.Contains(SlotHash.SlotOf(frame.Keys[row])))
            {
                poisoned.Keys[row] = 12345;
                poisoned.Times[row] = long.MaxValue;
                poisoned.Fields[0]![row] = double.PositiveInfinity;
            }
        }

        return poisoned;
    }

    // The header's times and the rows of the index are those of the sound frame: they are what partitions share.
    private static unsafe void ApplyTo(PartitionHarness harness, int partition, TestFrame shared, TestFrame content)
    {
        ushort[] rows = harness.RowsOf(shared, partition).ToArray();
        FrameColumns columns = harness.Lay(content);
        columns = new FrameColumns
        {
            Count = columns.Count,
            Times = columns.Times,
            Keys = columns.Keys,
            Fields = columns.Fields,
            FieldCount = columns.FieldCount,
            MinTime = shared.Times.Min(),
            MaxTime = shared.Times.Max(),
            TimesAscending = false,
        };
        FrameContext context = new()
        {
            Address = harness.Address,
            ArrivalNs = shared.Times.Max(),
            FutureLimitNs = long.MaxValue,
            ProgressBefore = long.MinValue,
            WatermarkBefore = harness.Watermark,
        };
        FrameOutcome outcome = default;
        harness.Partitions[partition].Apply(context, columns, rows, ref outcome);
    }
}
