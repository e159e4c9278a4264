using FastStream.Engine.Definitions;

namespace FastStream.Fuzz.Targets.Text;

/// <summary>A stream's text form, with its rules.</summary>
internal sealed class StreamTextTarget : TextTarget
{
    public override string Name => "stream-text";

    public override IReadOnlyList<string> Words => DefinitionTexts.Words;

    // Two rules may contradict each other: one text in many is refused.
    public override bool ValidInputsParse => false;

    protected override string Write(FuzzRandom random) => DefinitionTexts.Stream(random);

    protected override bool Parse(string text)
    {
        StreamDefinition stream;
        try
        {
            stream = StreamDefinition.Parse("s", text);
        }
        catch (DefinitionException)
        {
            return false;
        }

        StreamDefinition again = StreamDefinition.Parse("s", stream.Text);
        Require(again.Equals(stream) && again.Text == stream.Text, "a stream reads back as another one");
        return true;
    }
}
