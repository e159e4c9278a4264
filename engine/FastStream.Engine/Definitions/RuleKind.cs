namespace FastStream.Engine.Definitions;

/// <summary>What a preparation rule does. The numbers are frozen.</summary>
public enum RuleKind : byte
{
    /// <summary><c>required f</c>: refuses a record whose field is absent.</summary>
    Required = 1,

    /// <summary><c>range f a..b</c>: refuses a record whose field is present and outside, bounds included.</summary>
    Range = 2,

    /// <summary><c>nan f refuse|absent</c>: what a NaN in a column means; absent unless declared.</summary>
    Nan = 3,

    /// <summary><c>infinity f refuse|absent</c>: what an infinity in a column means; refused unless declared.</summary>
    Infinity = 4,

    /// <summary><c>scale f by A plus B</c>: the field becomes f * A + B.</summary>
    Scale = 5,

    /// <summary><c>g = EXPR</c>: a field of the stream that is computed instead of sent.</summary>
    Computed = 6,

    /// <summary><c>filter EXPR</c>: refuses a record that does not meet the condition.</summary>
    Filter = 7,
}
