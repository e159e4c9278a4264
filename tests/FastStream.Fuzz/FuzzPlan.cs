namespace FastStream.Fuzz;

/// <summary>Shares a run's cases out among targets by weight, in chunks, to as many threads as ask.</summary>
internal sealed class FuzzPlan
{
    private const int MaxChunk = 2048;

    private readonly Lock _gate = new();
    private readonly long[] _weights;
    private readonly long[] _quotas;
    private readonly long[] _next;

    /// <param name="weights">One a target.</param>
    /// <param name="cases">In all; null for no end.</param>
    public FuzzPlan(IReadOnlyList<int> weights, long? cases)
    {
        // Targets asked for by name alone may have no weight.
        _weights = [.. weights.Select(weight => (long)Math.Max(1, weight))];
        long sum = _weights.Sum();
        _quotas = [.. _weights.Select(weight => cases is long all ? (all * weight + sum - 1) / sum : long.MaxValue)];
        _next = new long[_weights.Length];
    }

    /// <summary>Cases handed out.</summary>
    public long Count
    {
        get
        {
            lock (_gate)
            {
                return _next.Sum();
            }
        }
    }

    /// <summary>The next chunk: of the target that is furthest behind its share. False when all are done.</summary>
    public bool TryTake(out int target, out long first, out int count)
    {
        lock (_gate)
        {
            target = -1;
            for (int i = 0; i < _next.Length; i++)
            {
                if (_next[i] < _quotas[i]
                    && (target < 0 || (double)_next[i] / _weights[i] < (double)_next[target] / _weights[target]))
                {
                    target = i;
                }
            }

            first = target < 0 ? 0 : _next[target];
            count = target < 0 ? 0 : (int)Math.Min(Math.Clamp(_weights[target], 16, MaxChunk), _quotas[target] - first);
            if (target >= 0)
            {
                _next[target] += count;
            }

            return target >= 0;
        }
    }
}
