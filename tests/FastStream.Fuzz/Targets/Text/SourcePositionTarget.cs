using FastStream.Cli.Sources;

namespace FastStream.Fuzz.Targets.Text;

/// <summary>The position of a source, as it comes back from the server.</summary>
internal sealed class SourcePositionTarget : FuzzTarget
{
    private readonly byte[] _again = new byte[SourcePosition.Bytes];

    public override string Name => "source-position";

    public override int Weight => 20;

    public override void Generate(FuzzRandom random, InputBuffer input)
    {
        new SourcePosition(random.Below(16 << 10), random.Next(), random.Below(1000), random.Below(1000)).Write(input.GetSpan());
        input.Advance(SourcePosition.Bytes);
    }

    public override bool Run(ReadOnlySpan<byte> input)
    {
        if (!SourcePosition.TryRead(input, out SourcePosition position))
        {
            return false;
        }

        Require(position is { HeadBytes: >= 0, Rows: >= 0 }, "a position before the beginning");
        position.Write(_again);
        Require(SourcePosition.TryRead(_again, out SourcePosition again) && again == position, "a position reads back as another one");
        return true;
    }
}
