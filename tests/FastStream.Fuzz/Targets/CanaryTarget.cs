using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastStream.Fuzz.Targets;

/// <summary>
/// A parser with one planted fault, for inputs whose first byte is 0x2A: a harness that does not find it proves nothing
/// about the others. Run only by name.
/// </summary>
internal sealed class CanaryTarget(string fault) : FuzzTarget
{
    private const byte Trigger = 0x2A;

    private byte[]? _kept;

    /// <summary>What can be planted.</summary>
    public static IReadOnlyList<string> Faults { get; } = ["throw", "over-read", "slow", "allocate", "leak", "unequal"];

    public override string Name => "canary-" + fault;

    public override int Weight => 0;

    public override bool ValidInputsParse => false;

    public override void Generate(FuzzRandom random, InputBuffer input)
    {
        input.SetLength(1 + random.Below(100));
        random.Fill(input.Written);
    }

    public override bool Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty || input[0] != Trigger)
        {
            return false;
        }

        switch (fault)
        {
            case "throw":
                throw new InvalidOperationException("planted");
            case "over-read":
                return Unsafe.Add(ref MemoryMarshal.GetReference(input), input.Length) != 0;
            case "slow":
                long until = ThreadTime.NowNs() + (2 * (long)CaseCheck.Limit.TotalNanoseconds);
                while (ThreadTime.NowNs() < until)
                {
                    Thread.SpinWait(100);
                }

                return true;
            case "allocate":
                _kept = new byte[1 << 20];
                return true;
            case "leak":
                _kept = [];
                return true;
            default:
                Require(input.Length < 1, "planted");
                return true;
        }
    }

    public override string? FindLeak() => fault == "leak" && _kept is not null ? "planted" : null;
}
