using System.Collections.Immutable;
using System.Text;

namespace FastStream.Engine.Definitions;

/// <summary>
/// A view's text form: <c>tumbling SIZE [late D] [where EXPR] by key|over all: AGGREGATE, ...</c>. What is written is
/// canonical: it always says <c>late</c>, and it parses to an equal view.
/// </summary>
internal static class ViewText
{
    public static string Format(ViewDefinition view)
    {
        StringBuilder text = new();
        text.Append(view.Window).Append(" late ").Append(DurationText.Format(view.LatenessNs));
        if (view.Filter is not null)
        {
            text.Append(" where ").Append(view.Filter);
        }

        text.Append(view.GroupBy == GroupBy.Key ? " by key: " : " over all: ");
        return text.AppendJoin(", ", view.Aggregates).ToString();
    }

    public static ViewDefinition Parse(string stream, string name, string text)
    {
        DefinitionReader reader = new($"view \"{name}\"", text);
        reader.ExpectWord("tumbling");
        WindowDefinition window = WindowDefinition.TumblingNs(reader.ReadDuration("the window's size"));
        long latenessNs = reader.TryWord("late") ? reader.ReadDuration("the lateness") : 0;
        FieldExpression? filter = reader.TryWord("where") ? FieldExpression.ReadCondition(reader) : null;
        ViewDefinition view = new()
        {
            Name = name,
            Stream = stream,
            Window = window,
            LatenessNs = latenessNs,
            Filter = filter,
            GroupBy = ReadGroup(reader),
            Aggregates = ReadAggregates(reader),
        };
        return view.FindOwnFault() is string fault
            ? throw new DefinitionException($"view \"{name}\": {fault}")
            : view;
    }

    private static GroupBy ReadGroup(DefinitionReader reader)
    {
        GroupBy group = GroupBy.Key;
        if (reader.TryWord("by"))
        {
            reader.ExpectWord("key");
        }
        else if (reader.TryWord("over"))
        {
            reader.ExpectWord("all");
            group = GroupBy.All;
        }
        else
        {
            reader.FailExpected("\"by key:\" or \"over all:\"");
        }

        reader.ExpectSign(":");
        return group;
    }

    private static ImmutableArray<AggregateDefinition> ReadAggregates(DefinitionReader reader)
    {
        ImmutableArray<AggregateDefinition>.Builder aggregates = ImmutableArray.CreateBuilder<AggregateDefinition>();
        do
        {
            aggregates.Add(ReadAggregate(reader));
        }
        while (reader.TrySign(","));
        reader.ExpectEnd();
        return aggregates.ToImmutable();
    }

    private static AggregateDefinition ReadAggregate(DefinitionReader reader)
    {
        int start = reader.Position;
        string name = reader.ReadName("an aggregate such as count or mean(FIELD)");
        string? field = null;
        double parameter = 0;
        if (reader.TrySign("("))
        {
            field = reader.ReadName("a field");
            parameter = reader.TrySign(",") ? reader.ReadNumber("the rank", signed: true) : 0;
            reader.ExpectSign(")");
        }

        if (!AggregateNames.All.Contains(name) && AggregateDefinition.TryParsePercentile(name, out double rank))
        {
            (name, parameter) = (AggregateNames.Quantile, rank);
        }

        AggregateDefinition aggregate = new(name, field, parameter);
        if (aggregate.FindFault() is string fault)
        {
            reader.Fail(fault, start);
        }

        return aggregate;
    }
}
