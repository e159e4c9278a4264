using FastStream.Engine.Definitions;

namespace FastStream.Fuzz.Targets.Text;

/// <summary>A view's text form.</summary>
internal sealed class ViewTextTarget : TextTarget
{
    public override string Name => "view-text";

    public override IReadOnlyList<string> Words => DefinitionTexts.Words;

    protected override string Write(FuzzRandom random) => DefinitionTexts.View(random);

    protected override bool Parse(string text)
    {
        ViewDefinition view;
        try
        {
            view = ViewDefinition.Parse("s", "v", text);
        }
        catch (DefinitionException)
        {
            return false;
        }

        ViewDefinition again = ViewDefinition.Parse("s", "v", view.Text);
        Require(again.Equals(view), "a view reads back as another one");
        return true;
    }
}
