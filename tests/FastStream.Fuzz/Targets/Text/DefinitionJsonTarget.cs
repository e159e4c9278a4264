using System.Collections.Immutable;
using FastStream.Engine.Definitions;

namespace FastStream.Fuzz.Targets.Text;

/// <summary>Streams and views in JSON.</summary>
internal sealed class DefinitionJsonTarget : TextTarget
{
    public override string Name => "definition-json";

    public override int Weight => 5;

    public override IReadOnlyList<string> Words { get; } =
        [.. DefinitionTexts.Words, "\"definition\":", "\"views\":", "{", "}", "[", "]", "\"s\":", "null", "1", "\"\\ud800\"", "/**/"];

    // Names of the generated rules and views may meet each other's limits.
    public override bool ValidInputsParse => false;

    protected override string Write(FuzzRandom random)
    {
        string json = "{";
        for (int stream = random.Between(1, 3); stream > 0; stream--)
        {
            string views = random.OneIn(3) ? "" : $$""", "views": {"v": "{{DefinitionTexts.View(random)}}", "w": "tumbling 1m by key: count"}""";
            json += $$"""{{(json.Length > 1 ? "," : "")}} "s{{stream}}": {"definition": "{{DefinitionTexts.Stream(random)}}"{{views}}}""";
        }

        return json + "}";
    }

    protected override bool Parse(string text)
    {
        List<string> faults = [];
        ImmutableArray<StreamDefinition> streams = DefinitionJson.Read(text, faults);
        List<string> none = [];
        string written = DefinitionJson.Write(streams);
        ImmutableArray<StreamDefinition> again = DefinitionJson.Read(written, none);
        Require(none.Count == 0 && again.Length == streams.Length, "streams that were read cannot be read again");
        Require(DefinitionJson.Write(again) == written, "streams read back as others");
        return faults.Count == 0;
    }
}
