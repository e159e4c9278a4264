using System.Buffers.Binary;
using FastStream.Engine;
using FastStream.Engine.Definitions;
using FastStream.Engine.Sequencing;
using FastStream.Engine.Snapshots;

namespace FastStream.Tests.Snapshots;

/// <summary>
/// The sequencer's part of a snapshot comes back as it was; bytes that cannot be one are refused as such, before memory
/// is taken for what they promise.
/// </summary>
public sealed class EngineStateCodecTests
{
    private const int MostBytes = 256 << 10;

    [Fact]
    public void WhatIsSavedIsLoaded()
    {
        byte[] saved = Save(Make());
        Assert.Equal(saved, Save(Load(saved)));
    }

    [Fact]
    public void BytesThatEndAnywhereAreRefused()
    {
        byte[] saved = Save(Make());
        for (int length = 0; length < saved.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => Load(saved[..length]));
        }

        Assert.Throws<InvalidDataException>(() => Load([.. saved, 0]));
    }

    [Fact]
    public void NoNumberMakesItTakeMemoryOrThrowAnythingElse()
    {
        byte[] saved = Save(Make());
        for (int at = 0; at + sizeof(int) <= saved.Length; at++)
        {
            foreach (int number in (ReadOnlySpan<int>)[int.MaxValue, int.MinValue, -1, 0, 0x7FFF_FFF0, 1 << 20])
            {
                byte[] spoiled = [.. saved];
                BinaryPrimitives.WriteInt32LittleEndian(spoiled.AsSpan(at), number);
                long before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    Load(spoiled);
                }
                catch (InvalidDataException)
                {
                    // Refused, as it may be.
                }

                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytes);
            }
        }
    }

    [Fact]
    public void TwoOfOneNameAreRefused()
    {
        EngineState state = Make();
        state.Streams[0].Views = [state.Streams[0].Views[0], state.Streams[0].Views[0]];
        Assert.Contains(
            "stands twice", Assert.Throws<InvalidDataException>(() => Load(Save(state))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnIdForAKeyThatIsNotThereIsRefused()
    {
        EngineState state = Make();
        state.Producers[0].Restore(1, 2, [0, 1, 2]);
        Assert.Contains("key 2", Assert.Throws<InvalidDataException>(() => Load(Save(state))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ALayoutOfAFieldThatIsNotThereIsRefused()
    {
        EngineState state = Make();
        state.Streams[0].Layouts = [new RecordLayout(1, [2])];
        Assert.Contains("field 2", Assert.Throws<InvalidDataException>(() => Load(Save(state))).Message, StringComparison.Ordinal);
    }

    private static EngineState Make()
    {
        EngineState state = new(new EngineLimits()) { LastSnapshot = 3, LastArrivalNs = 4, FrameCount = 5 };
        StreamDefinition definition = StreamDefinition.Parse("flights", "text (delay, distance) rules: required delay");
        StreamState stream = state.AddStream(1, definition);
        stream.Views = [new ViewEntry(ViewDefinition.DefaultFor(definition) with { Id = 1 }, 60)];
        stream.NextViewId = 2;
        stream.Layouts = [new RecordLayout(1, [0, 1])];
        stream.Names.Add("ATL");
        stream.Names.Add("Zürich");
        ProducerState producer = state.AddProducer(1, stream, "gate-7");
        producer.Restore(5, 41, [1, KeyNames.Refused, 0]);
        producer.KeepPosition("p41"u8);
        producer.Progress = 77;
        producer.IsLive = true;
        stream.Time.Restore(70, 80, stream.Producers);
        return state;
    }

    private static byte[] Save(EngineState state) => EngineStateCodec.Save(state).ToArray();

    private static EngineState Load(byte[] bytes)
    {
        EngineState state = new(new EngineLimits());
        using MemoryStream stream = new(bytes);
        EngineStateCodec.Load(state, stream);
        return state;
    }
}
