namespace FastStream.Fuzz;

/// <summary>
/// Makes the input of a case from nothing but seed, target and number, so that any case can be made again.
/// One in sixteen is left as it is; half of the others get their checksums back.
/// </summary>
internal sealed class CaseMaker
{
    private readonly FuzzRandom _random = new();
    private readonly Mutator _mutator = new();
    private readonly TextMutator _textMutator = new();
    private readonly InputBuffer _other = new();

    public InputBuffer Input { get; } = new();

    /// <summary>Whether the guard stands behind the input and not before it.</summary>
    public bool AtEnd { get; private set; }

    /// <summary>Makes a case; true when it is a valid input, unchanged.</summary>
    public bool Make(FuzzTarget target, ulong seed, long caseNumber)
    {
        _random.Start(seed, target.Name, caseNumber);
        AtEnd = !_random.OneIn(8);
        Input.Clear();
        target.Generate(_random, Input);
        if (_random.OneIn(16))
        {
            return true;
        }

        _other.Clear();
        if (_random.OneIn(4))
        {
            target.Generate(_random, _other);
        }

        for (int change = _random.Skewed(12) + 1; change > 0; change--)
        {
            if (target.IsText && !_random.OneIn(3))
            {
                _textMutator.Change(_random, Input, target.Words);
            }
            else
            {
                _mutator.Change(_random, Input, _other);
            }
        }

        if (_random.OneIn(2))
        {
            target.Repair(_random, Input);
        }

        return false;
    }

    /// <summary>Gives any bytes their checksums back, the same way every time.</summary>
    public void Repair(FuzzTarget target, InputBuffer input)
    {
        _random.Start(0, target.Name, 0);
        target.Repair(_random, input);
    }
}
