namespace FastStream.Fuzz;

/// <summary>Makes the input of a finding smaller while the same fault comes out.</summary>
internal sealed class Minimiser(
    Func<FuzzTarget> make, CaseCheck check, CaseMaker maker, string signature, Action stillAtWork)
{
    private const int MaxAttempts = 4000;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    private readonly InputBuffer _candidate = new();
    private readonly long _untilMs = Environment.TickCount64 + (long)s_limit.TotalMilliseconds;
    private FuzzTarget _target = make();
    private int _attempts;

    private bool IsOver => _attempts >= MaxAttempts || Environment.TickCount64 > _untilMs;

    /// <summary>The smallest input found that fails in the same way.</summary>
    public byte[] Shrink(byte[] input, bool isValid)
    {
        // How long a case took says nothing about smaller ones, and a valid input would not be one any more.
        if (!isValid && signature is not "slow" && Fails(input))
        {
            for (int piece = Math.Max(1, input.Length / 2); piece >= 1; piece /= 2)
            {
                RemovePieces(ref input, piece);
            }

            ClearBytes(ref input);
        }

        _target.Dispose();
        return input;
    }

    private void RemovePieces(ref byte[] input, int piece)
    {
        for (int at = 0; at + piece <= input.Length && !IsOver;)
        {
            _candidate.Set(input);
            _candidate.Remove(at, piece);
            if (!TryKeep(ref input))
            {
                at += piece;
            }
        }
    }

    private void ClearBytes(ref byte[] input)
    {
        for (int at = 0; at < input.Length && !IsOver; at++)
        {
            if (input[at] != 0)
            {
                _candidate.Set(input);
                _candidate.Written[at] = 0;
                TryKeep(ref input);
            }
        }
    }

    // As it is, or with its checksums made right.
    private bool TryKeep(ref byte[] input)
    {
        _attempts++;
        if (!Fails(_candidate.Written))
        {
            maker.Repair(_target, _candidate);
            if (_candidate.Length > input.Length || !Fails(_candidate.Written))
            {
                return false;
            }
        }

        input = _candidate.Written.ToArray();
        return true;
    }

    private bool Fails(ReadOnlySpan<byte> input)
    {
        stillAtWork();
        string? found = check.Run(_target, input, isValid: false, atEnd: true)?.Signature;
        if (found is not null)
        {
            _target.Dispose();
            _target = make();
        }

        return found == signature;
    }
}
