using FastStream.Engine.Definitions;

namespace FastStream.Fuzz.Targets.Text;

/// <summary>Conditions and numbers over fields; durations beside them, since they share their words.</summary>
internal sealed class ExpressionTarget : TextTarget
{
    public override string Name => "expression-text";

    public override IReadOnlyList<string> Words => DefinitionTexts.Words;

    protected override string Write(FuzzRandom random) => random.Below(5) switch
    {
        0 => DefinitionTexts.Duration(random),
        1 => DefinitionTexts.Number(random, 4),
        _ => DefinitionTexts.Condition(random, 3),
    };

    protected override bool Parse(string text)
    {
        bool isTaken = false;
        if (DurationText.TryParse(text, out long durationNs))
        {
            isTaken = true;
            Require(
                DurationText.TryParse(DurationText.Format(durationNs), out long again) && again == durationNs,
                "a duration reads back as another one");
        }

        return TryExpression(text, FieldExpression.ParseCondition) | TryExpression(text, FieldExpression.ParseNumeric) | isTaken;
    }

    private static bool TryExpression(string text, Func<string, FieldExpression> parse)
    {
        try
        {
            FieldExpression expression = parse(text);
            Require(parse(expression.Text).Equals(expression), "an expression reads back as another one");
            return true;
        }
        catch (DefinitionException)
        {
            return false;
        }
    }
}
