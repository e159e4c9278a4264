using System.Text;
using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.Fuzz.Targets.Wire;

/// <summary>Names of fields.</summary>
internal sealed class SchemaTarget : MessageTarget
{
    public override string Name => "schema";

    public override void Generate(FuzzRandom random, InputBuffer input)
    {
        string[] fields = new string[random.Skewed(WireFormat.MaxFieldCount - 1) + 1];
        for (int i = 0; i < fields.Length; i++)
        {
            string name = FuzzNames.Name(random);
            fields[i] = $"f{i}_{name[..Math.Min(name.Length, 40)]}";
        }

        ClientFrameWriter.WriteSchema(input, (uint)random.Below(100), fields);
    }

    protected override bool Parse(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.Kind != FrameKind.Schema || SchemaReader.TryRead(payload, out SchemaReader schema) != FrameError.None)
        {
            return false;
        }

        string[] fields = new string[schema.FieldCount];
        for (int i = 0; i < fields.Length; i++)
        {
            fields[i] = Encoding.UTF8.GetString(schema.Name(i));
        }

        Require(fields.Distinct(StringComparer.Ordinal).Count() == fields.Length, "a schema names a field twice");
        ClientFrameWriter.WriteSchema(Output, header.SchemaId, fields);
        return true;
    }
}
