using System.Text;
using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.Fuzz.Targets.Wire;

/// <summary>Text keys, their ids and labels.</summary>
internal sealed class DictionaryTarget : MessageTarget
{
    private const int MaxFrameBytes = 1 << 16;

    public override string Name => "dictionary";

    public override int Weight => 50;

    public override void Generate(FuzzRandom random, InputBuffer input)
    {
        uint firstId = random.OneIn(8) ? uint.MaxValue - 100 : (uint)random.Skewed(1 << 20);
        DictionaryFrameBuilder builder = new(input.GetSpan()[..MaxFrameBytes], firstId);
        for (int entry = 1 + random.Skewed(40); entry > 0; entry--)
        {
            builder.TryAdd(Encoding.UTF8.GetBytes(FuzzNames.Text(random)));
            for (int label = random.OneIn(3) ? random.Skewed(16) : 0; label > 0; label--)
            {
                builder.TryAddLabel(Encoding.UTF8.GetBytes(FuzzNames.Text(random)), Encoding.UTF8.GetBytes(FuzzNames.Text(random)));
            }
        }

        input.Advance(builder.Finish((ulong)random.Skewed(1000) + 1));
    }

    protected override bool Parse(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.Kind != FrameKind.Dictionary
            || DictionaryReader.TryRead(payload, out DictionaryReader dictionary) != FrameError.None)
        {
            return false;
        }

        DictionaryFrameBuilder builder = new(Output.GetSpan(), dictionary.FirstId);
        uint id = dictionary.FirstId;
        while (dictionary.MoveNext())
        {
            Require(dictionary.Id == id++, "ids of a dictionary are not dense");
            Require(builder.TryAdd(dictionary.Name), "a name that was read cannot be written");
            LabelReader labels = dictionary.Labels;
            while (labels.MoveNext())
            {
                Require(builder.TryAddLabel(labels.Name, labels.Value), "a label that was read cannot be written");
            }
        }

        Require(builder.Count == dictionary.Count, "a dictionary has another count of entries than it says");
        Output.Advance(builder.Finish(header.Sequence));
        return true;
    }
}
