namespace FastStream.Engine.Definitions;

/// <summary>What a node of an expression does.</summary>
internal enum ExpressionOperator : byte
{
    Field,
    Number,
    Add,
    Subtract,
    Multiply,
    Divide,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
    And,
    Or,
    Not,
}
