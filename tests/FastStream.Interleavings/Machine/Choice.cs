namespace FastStream.Interleavings.Machine;

/// <summary>A moment at which several things may happen next, and which of them is tried now.</summary>
internal sealed class Choice(int[] options)
{
    private int _at;

    public int Taken => options[_at];

    /// <summary>False when all have been tried.</summary>
    public bool TryNext() => ++_at < options.Length;
}
