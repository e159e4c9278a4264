using System.Text;

namespace FastStream.Fuzz.Targets.Text;

/// <summary>A parser of text. What is no UTF-8 reaches it as it would from outside: with replacement characters.</summary>
internal abstract class TextTarget : FuzzTarget
{
    public override bool IsText => true;

    public override int Weight => 8;

    // Texts are cut, copied and quoted in errors; no multiple of the input beyond this is needed for that.
    public override long AllocationLimit(int inputBytes) => (1 << 20) + (600L * inputBytes);

    public sealed override void Generate(FuzzRandom random, InputBuffer input) => input.Append(Encoding.UTF8.GetBytes(Write(random)));

    public override bool Run(ReadOnlySpan<byte> input) => Parse(Encoding.UTF8.GetString(input));

    /// <summary>A valid text.</summary>
    protected abstract string Write(FuzzRandom random);

    /// <summary>Parses; true when it was taken, false when it was refused in the documented way.</summary>
    protected abstract bool Parse(string text);
}
