namespace FastStream.Engine.Definitions;

/// <summary>
/// Recursive descent over the grammar <c>or > and > not > comparison > sum > product > operand</c>. The tree is bounded
/// by <see cref="DefinitionLimits.MaxExpressionNodeCount"/>, the recursion by <see cref="MaxStepCount"/>, so that no
/// text can exhaust the stack.
/// </summary>
internal sealed class ExpressionParser
{
    /// <summary>
    /// Parentheses cost a step but are no node. Canonical text has at most one pair a node, so three steps a node
    /// always suffice to read back what was accepted once.
    /// </summary>
    private const int MaxStepCount = 3 * DefinitionLimits.MaxExpressionNodeCount;

    private readonly DefinitionReader _reader;
    private int _steps;

    public ExpressionParser(DefinitionReader reader) => _reader = reader;

    public ExpressionNode ReadCondition() => Read(condition: true);

    public ExpressionNode ReadNumeric() => Read(condition: false);

    private ExpressionNode Read(bool condition)
    {
        int start = _reader.Position;
        ExpressionNode node = ReadOr();
        Require(node, condition, start);
        if (node.CountNodes() > DefinitionLimits.MaxExpressionNodeCount)
        {
            FailTooLarge(start);
        }

        return node;
    }

    private ExpressionNode ReadOr()
    {
        int start = _reader.Position;
        ExpressionNode left = ReadAnd();
        while (_reader.TryWord("or"))
        {
            left = Combine(ExpressionOperator.Or, left, start, ReadAnd, condition: true);
        }

        return left;
    }

    private ExpressionNode ReadAnd()
    {
        int start = _reader.Position;
        ExpressionNode left = ReadNot();
        while (_reader.TryWord("and"))
        {
            left = Combine(ExpressionOperator.And, left, start, ReadNot, condition: true);
        }

        return left;
    }

    private ExpressionNode ReadNot()
    {
        if (!_reader.TryWord("not"))
        {
            return ReadComparison();
        }

        Enter();
        int start = _reader.Position;
        ExpressionNode inner = ReadNot();
        Require(inner, condition: true, start);
        return new ExpressionNode(ExpressionOperator.Not, inner);
    }

    private ExpressionNode ReadComparison()
    {
        int start = _reader.Position;
        ExpressionNode left = ReadSum();
        return TryComparison(out ExpressionOperator comparison)
            ? Combine(comparison, left, start, ReadSum, condition: false)
            : left;
    }

    private bool TryComparison(out ExpressionOperator comparison)
    {
        (bool found, comparison) = 0 switch
        {
            _ when _reader.TrySign("<=") => (true, ExpressionOperator.LessOrEqual),
            _ when _reader.TrySign(">=") => (true, ExpressionOperator.GreaterOrEqual),
            _ when _reader.TrySign("!=") => (true, ExpressionOperator.NotEqual),
            _ when _reader.TrySign("<") => (true, ExpressionOperator.Less),
            _ when _reader.TrySign(">") => (true, ExpressionOperator.Greater),
            _ when _reader.TrySign("=") => (true, ExpressionOperator.Equal),
            _ => (false, ExpressionOperator.Equal),
        };
        return found;
    }

    private ExpressionNode ReadSum()
    {
        int start = _reader.Position;
        ExpressionNode left = ReadProduct();
        while (true)
        {
            if (_reader.TrySign("+"))
            {
                left = Combine(ExpressionOperator.Add, left, start, ReadProduct, condition: false);
            }
            else if (_reader.TrySign("-"))
            {
                left = Combine(ExpressionOperator.Subtract, left, start, ReadProduct, condition: false);
            }
            else
            {
                return left;
            }
        }
    }

    private ExpressionNode ReadProduct()
    {
        int start = _reader.Position;
        ExpressionNode left = ReadOperand();
        while (true)
        {
            if (_reader.TrySign("*"))
            {
                left = Combine(ExpressionOperator.Multiply, left, start, ReadOperand, condition: false);
            }
            else if (_reader.TrySign("/"))
            {
                left = Combine(ExpressionOperator.Divide, left, start, ReadOperand, condition: false);
            }
            else
            {
                return left;
            }
        }
    }

    private ExpressionNode ReadOperand()
    {
        Enter();
        ExpressionNode node;
        if (_reader.TrySign("("))
        {
            node = ReadOr();
            _reader.ExpectSign(")");
        }
        else if (_reader.TrySign("-"))
        {
            // A minus before a number is part of it; before anything else it is a subtraction from zero.
            node = _reader.StartsNumber
                ? ExpressionNode.OfNumber(-_reader.ReadNumber("a number", signed: false))
                : new ExpressionNode(ExpressionOperator.Subtract, ExpressionNode.OfNumber(0), ReadNegated());
        }
        else if (_reader.StartsNumber)
        {
            node = ExpressionNode.OfNumber(_reader.ReadNumber("a number", signed: false));
        }
        else
        {
            node = ExpressionNode.OfField(_reader.ReadName("a field, a number or \"(\""));
        }

        return node;
    }

    private ExpressionNode ReadNegated()
    {
        int start = _reader.Position;
        ExpressionNode node = ReadOperand();
        Require(node, condition: false, start);
        return node;
    }

    private ExpressionNode Combine(
        ExpressionOperator sign, ExpressionNode left, int leftStart, Func<ExpressionNode> readRight, bool condition)
    {
        Enter();
        Require(left, condition, leftStart);
        int rightStart = _reader.Position;
        ExpressionNode right = readRight();
        Require(right, condition, rightStart);
        return new ExpressionNode(sign, left, right);
    }

    private void Require(ExpressionNode node, bool condition, int position)
    {
        if (node.IsCondition != condition)
        {
            _reader.Fail(
                condition
                    ? $"\"{node}\" is a number where a condition is needed: compare it, such as {node} > 0"
                    : $"\"{node}\" is a condition where a number is needed: use a field, a number, + - * /",
                position);
        }
    }

    private void Enter()
    {
        if (++_steps > MaxStepCount)
        {
            FailTooLarge(_reader.Position);
        }
    }

    private void FailTooLarge(int position) => _reader.Fail(
        $"the expression has more than {DefinitionLimits.MaxExpressionNodeCount} parts: make it smaller", position);
}
