using System.Collections.Immutable;
using System.Text;
using FastStream.Protocol;

namespace FastStream.Engine.Definitions;

/// <summary>
/// A stream's text form: <c>u64|text (FIELD, ...) [future D] [idle D] [lag D] [rules: RULE; ...]</c>. What is written
/// is canonical: it names all fields, computed ones included, says the bounds and parses to an equal stream.
/// </summary>
internal static class StreamText
{
    public static string Format(StreamDefinition stream)
    {
        StringBuilder text = new();
        text.Append(stream.KeyKind == KeyKind.Text ? "text (" : "u64 (").AppendJoin(", ", stream.Fields).Append(')');
        text.Append(" future ").Append(DurationText.Format(stream.FutureBoundNs));
        text.Append(" idle ").Append(DurationText.Format(stream.IdleTimeoutNs));
        if (stream.LagBoundNs is long lagNs)
        {
            text.Append(" lag ").Append(DurationText.Format(lagNs));
        }

        if (!stream.Rules.IsDefaultOrEmpty)
        {
            text.Append(" rules: ").AppendJoin("; ", stream.Rules);
        }

        return text.ToString();
    }

    public static StreamDefinition Parse(string name, string text)
    {
        DefinitionReader reader = new($"stream \"{name}\"", text);
        KeyKind keyKind = ReadKeyKind(reader);
        List<string> fields = ReadFields(reader);
        StreamDefinition stream = ReadBounds(
            reader, new StreamDefinition { Name = name, KeyKind = keyKind, Fields = [] });
        ImmutableArray<RuleDefinition> rules = ReadRules(reader);
        reader.ExpectEnd();

        // A computed field need not be listed: it then comes after those that are.
        IEnumerable<string> computed = rules.Where(r => r.Kind == RuleKind.Computed).Select(r => r.Field);
        fields.AddRange(computed.Distinct().Where(f => !fields.Contains(f)).ToArray());
        stream = stream with { Fields = [.. fields], Rules = rules };
        stream.Validate();
        return stream;
    }

    private static KeyKind ReadKeyKind(DefinitionReader reader)
    {
        if (reader.TryWord("u64"))
        {
            return KeyKind.U64;
        }

        if (!reader.TryWord("text"))
        {
            reader.FailExpected("the key kind, u64 or text");
        }

        return KeyKind.Text;
    }

    private static List<string> ReadFields(DefinitionReader reader)
    {
        List<string> fields = [];
        reader.ExpectSign("(");
        do
        {
            fields.Add(reader.ReadName("a field"));
        }
        while (reader.TrySign(","));
        reader.ExpectSign(")");
        return fields;
    }

    private static StreamDefinition ReadBounds(DefinitionReader reader, StreamDefinition stream)
    {
        while (true)
        {
            if (reader.TryWord("future"))
            {
                stream = stream with { FutureBoundNs = reader.ReadDuration("the future bound") };
            }
            else if (reader.TryWord("idle"))
            {
                stream = stream with { IdleTimeoutNs = reader.ReadDuration("the idle time-out") };
            }
            else if (reader.TryWord("lag"))
            {
                stream = stream with { LagBoundNs = reader.ReadDuration("the lag bound") };
            }
            else
            {
                return stream;
            }
        }
    }

    private static ImmutableArray<RuleDefinition> ReadRules(DefinitionReader reader)
    {
        if (!reader.TryWord("rules"))
        {
            return [];
        }

        reader.ExpectSign(":");
        ImmutableArray<RuleDefinition>.Builder rules = ImmutableArray.CreateBuilder<RuleDefinition>();
        do
        {
            rules.Add(RuleDefinition.Read(reader));
        }
        while (reader.TrySign(";"));
        return rules.ToImmutable();
    }
}
