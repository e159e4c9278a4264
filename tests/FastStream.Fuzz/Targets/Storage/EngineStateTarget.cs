using System.Text;
using FastStream.Engine;
using FastStream.Engine.Definitions;
using FastStream.Engine.Sequencing;
using FastStream.Engine.Snapshots;
using FastStream.Fuzz.Targets.Wire;
using FastStream.Protocol;

namespace FastStream.Fuzz.Targets.Storage;

/// <summary>The sequencer's part of a snapshot: streams, views, layouts, names, producers.</summary>
internal sealed class EngineStateTarget : FuzzTarget
{
    private static readonly EngineLimits s_limits = new();

    public override string Name => "engine-state";

    public override int Weight => 8;

    public override void Generate(FuzzRandom random, InputBuffer input)
    {
        EngineState state = new(s_limits) { LastSnapshot = random.EdgeNumber(), LastArrivalNs = (long)random.EdgeNumber(), FrameCount = 9 };
        for (int number = random.Between(0, 2); number > 0; number--)
        {
            AddStream(random, state, number);
        }

        input.Append(EngineStateCodec.Save(state).Span);
    }

    public override bool Run(ReadOnlySpan<byte> input)
    {
        EngineState state = new(s_limits);
        using MemoryStream bytes = new(input.ToArray());
        try
        {
            EngineStateCodec.Load(state, bytes);
        }
        catch (InvalidDataException)
        {
            return false;
        }

        ReadOnlyMemory<byte> saved = EngineStateCodec.Save(state);
        EngineState again = new(s_limits);
        using MemoryStream second = new(saved.ToArray());
        EngineStateCodec.Load(again, second);
        Require(EngineStateCodec.Save(again).Span.SequenceEqual(saved.Span), "a state is saved as other bytes when it is read again");
        return true;
    }

    // Definitions, names and dictionaries are objects; all of them together stay in proportion to the bytes.
    public override long AllocationLimit(int inputBytes) => (1 << 20) + (300L * inputBytes);

    private static void AddStream(FuzzRandom random, EngineState state, int number)
    {
        string name = $"s{number}-{FuzzNames.Name(random)[..1]}";
        StreamDefinition definition = StreamDefinition.Parse(name, random.OneIn(2) ? "text (x, y)" : "u64 (x, y) rules: required x");
        StreamState stream = state.AddStream((uint)state.Streams.Length + 1, definition);
        stream.Views = [new ViewEntry(ViewDefinition.DefaultFor(definition) with { Id = 1 }, random.Below(100))];
        stream.NextViewId = 2;
        stream.Layouts = [new RecordLayout(1, [0, 1]), new RecordLayout(2, [1])];
        int names = definition.KeyKind == KeyKind.Text ? random.Skewed(50) : 0;
        for (int i = 0; i < names; i++)
        {
            stream.Names.Intern(Encoding.UTF8.GetBytes($"key {i}"));
        }

        for (int p = random.Below(3); p > 0; p--)
        {
            ProducerState producer = state.AddProducer((uint)state.Producers.Count + 1, stream, $"p{p}");
            ulong[] dictionary = new ulong[stream.Names.Count];
            producer.Restore(random.EdgeNumber(), random.EdgeNumber(), dictionary);
            producer.Progress = (long)random.EdgeNumber();
            producer.IsLive = random.OneIn(2);
            producer.KeepPosition("position"u8);
        }

        stream.Time.Restore((long)random.EdgeNumber(), (long)random.EdgeNumber(), stream.Producers);
    }
}
