using FastStream.Engine.Definitions;

namespace FastStream.Tests.Partitions.Preparation;

/// <summary>The rules' meaning record by record, as slowly as one would say it.</summary>
internal static class NaivePreparation
{
    /// <summary>
    /// Changes the record's values in place; returns the ordinal of the counter that refuses it, or -1.
    /// <paramref name="sent"/> says which columns the frame has.
    /// </summary>
    public static int Run(StreamDefinition stream, double[] values, bool[] sent)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = sent[i] ? values[i] : double.NaN;
            bool declared = stream.Rules.Any(r => r.Kind == RuleKind.Infinity && r.Field == stream.Fields[i]);
            if (double.IsInfinity(values[i]) && !declared)
            {
                return 0;
            }
        }

        for (int i = 0; i < stream.Rules.Length; i++)
        {
            RuleDefinition rule = stream.Rules[i];
            int field = rule.Field.Length == 0 ? 0 : stream.OrdinalOf(rule.Field);
            double value = values[field];
            bool refused = false;
            switch (rule.Kind)
            {
                case RuleKind.Required:
                    refused = double.IsNaN(value);
                    break;
                case RuleKind.Range:
                    refused = value < rule.Low || value > rule.High;
                    break;
                case RuleKind.Nan:
                    refused = rule.Policy == ValuePolicy.Refuse && sent[field] && double.IsNaN(value);
                    break;
                case RuleKind.Infinity:
                    refused = rule.Policy == ValuePolicy.Refuse && double.IsInfinity(value);
                    values[field] = double.IsInfinity(value) ? double.NaN : value;
                    break;
                case RuleKind.Scale:
                    double product = value * rule.Factor;
                    values[field] = Finite(product + rule.Offset);
                    break;
                case RuleKind.Computed:
                    values[field] = Finite(Number(rule.Expression!.Root, stream, values));
                    break;
                case RuleKind.Filter:
                    refused = !Holds(rule.Expression!.Root, stream, values);
                    break;
                default:
                    throw new InvalidOperationException();
            }

            if (refused)
            {
                return i + 1;
            }
        }

        return -1;
    }

    public static bool Holds(ExpressionNode node, StreamDefinition stream, double[] values)
    {
        switch (node.Operator)
        {
            case ExpressionOperator.And:
                return Holds(node.Left!, stream, values) && Holds(node.Right!, stream, values);
            case ExpressionOperator.Or:
                return Holds(node.Left!, stream, values) || Holds(node.Right!, stream, values);
            case ExpressionOperator.Not:
                return !Holds(node.Left!, stream, values);
            default:
                break;
        }

        double left = Number(node.Left!, stream, values);
        double right = Number(node.Right!, stream, values);
        return !double.IsNaN(left) && !double.IsNaN(right) && node.Operator switch
        {
            ExpressionOperator.Less => left < right,
            ExpressionOperator.LessOrEqual => left <= right,
            ExpressionOperator.Greater => left > right,
            ExpressionOperator.GreaterOrEqual => left >= right,
            ExpressionOperator.Equal => left == right,
            ExpressionOperator.NotEqual => left != right,
            _ => throw new InvalidOperationException(),
        };
    }

    private static double Number(ExpressionNode node, StreamDefinition stream, double[] values) => node.Operator switch
    {
        ExpressionOperator.Field => values[stream.OrdinalOf(node.FieldName)],
        ExpressionOperator.Number => node.Number,
        ExpressionOperator.Add => Finite(
            Number(node.Left!, stream, values) + Number(node.Right!, stream, values)),
        ExpressionOperator.Subtract => Finite(
            Number(node.Left!, stream, values) - Number(node.Right!, stream, values)),
        ExpressionOperator.Multiply => Finite(
            Number(node.Left!, stream, values) * Number(node.Right!, stream, values)),
        ExpressionOperator.Divide => Finite(
            Number(node.Left!, stream, values) / Number(node.Right!, stream, values)),
        _ => throw new InvalidOperationException(),
    };

    private static double Finite(double value) => double.IsFinite(value) ? value : double.NaN;
}
