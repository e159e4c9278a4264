using FastStream.Engine.Loops;
using FastStream.Engine.Memory;
using FastStream.Interleavings.Machine;

namespace FastStream.Interleavings.Scenarios;

/// <summary>
/// A loop that does nothing but count what comes and tell the next one, in the way in which sequencer, partitions and
/// delivery do. It throws when two threads step it at once.
/// </summary>
internal sealed class CheckedLoop(string name, int inputs) : IEngineLoop
{
    private bool _isStepped; // one actor runs at a time: no word to the machine

    public string Name => name;

    public Parker Parker { get; } = new();

    /// <summary>What each of those who bring work has brought so far.</summary>
    public Cell[] Inputs { get; } = [.. Enumerable.Range(0, inputs).Select(_ => new Cell())];

    public Cell Done { get; } = new();

    public Cell Stop { get; } = new();

    /// <summary>Where its work goes; null for the last.</summary>
    public CheckedLoop? Next { get; init; }

    /// <summary>After it has given work to the next.</summary>
    public Action HandOn { get; set; } = () => { };

    /// <summary>After a step of the last: somebody may wait for it in the midst of a step.</summary>
    public Action Freed { get; set; } = () => { };

    /// <summary>Whether so much may be on its way; what a full ring or a full log make wait for.</summary>
    public Func<long, bool>? HasRoom { get; set; }

    public bool HasWork => Brought() > Done.Read("HasWork") || Stop.Read("HasWork") != 0;

    /// <summary>Of everything that was brought, all is done and nobody is in the midst of it.</summary>
    public bool IsDone => !_isStepped && Done.Value == Inputs.Sum(input => input.Value);

    public ulong MemoryHash() => Inputs.Aggregate(
        StateHash.Mix(EngineFields.StateOf(Parker) ^ ((ulong)Done.Value << 16) ^ ((ulong)Stop.Value << 32)),
        (hash, input) => StateHash.Mix(hash ^ (ulong)input.Value));

    public void Begin()
    {
    }

    public LoopStep Step()
    {
        Enter();
        if (Stop.Read() != 0)
        {
            Work();
            _isStepped = false;
            return LoopStep.Ended;
        }

        bool worked = Work();
        _isStepped = false;
        return worked ? LoopStep.Worked : LoopStep.Idle;
    }

    public void StepBriefly()
    {
        Enter();
        Work();
        _isStepped = false;
    }

    public void Rest() => Parker.WaitUntil(() => HasWork, mayLend: true);

    /// <summary>The loop's own thread.</summary>
    public void RunAsOwner()
    {
        Begin();
        while (true)
        {
            Actor.Forget(place: 0);
            LoopStep step = Step();
            if (step == LoopStep.Ended)
            {
                return;
            }

            if (step == LoopStep.Idle)
            {
                Rest();
            }
        }
    }

    private void Enter()
    {
        if (_isStepped)
        {
            throw new InvalidOperationException($"two threads step {name}");
        }

        _isStepped = true;
    }

    private long Brought() => Inputs.Sum(input => input.Read("HasWork"));

    private bool Work()
    {
        long brought = Brought();
        long done = Done.Own; // who steps writes it, and fences stand between one who does and the next
        if (brought == done)
        {
            return false;
        }

        while (done < brought)
        {
            if (HasRoom is not null && !HasRoom(done))
            {
                Parker.WaitUntil(() => HasRoom(done));
            }

            done++;
            if (Next is not null)
            {
                Next.Inputs[0].Write(done);
                HandOn();
            }
        }

        Done.Write(done);
        Freed();
        return true;
    }
}
