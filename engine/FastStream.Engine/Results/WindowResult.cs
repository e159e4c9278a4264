namespace FastStream.Engine.Results;

/// <summary>One row of a closed window. Small and cheap to copy; it keeps its piece of the window alive.</summary>
public readonly struct WindowResult : IEquatable<WindowResult>
{
    private readonly WindowResultPiece _piece;
    private readonly int _row;

    internal WindowResult(WindowResultPiece piece, int row)
    {
        _piece = piece;
        _row = row;
    }

    /// <summary>The stream.</summary>
    public string Stream => _piece.View.Stream.Name;

    /// <summary>The view.</summary>
    public string View => _piece.View.View.Name;

    /// <summary>First nanosecond of the window since the Unix epoch.</summary>
    public long StartNs => _piece.StartNs;

    /// <summary>First nanosecond after the window.</summary>
    public long EndNs => _piece.EndNs;

    /// <summary>Start of the window, cut to the 100 ns that the type can hold.</summary>
    public DateTimeOffset Start => DateTimeOffset.UnixEpoch.AddTicks(Math.DivRem(StartNs, 100).Quotient);

    /// <summary>The key; of a text stream its number, of a view over all 0.</summary>
    public ulong Key => _piece.Keys[_row];

    /// <summary>The key's name; null when keys are numbers or the view is over all.</summary>
    public string? KeyText => _piece.View.KeyTextOf(Key);

    /// <summary>Whether the row stands for all keys.</summary>
    internal bool IsOverAll => _piece.View.IsOverAll;

    /// <summary>Records of the row.</summary>
    public long Count => _piece.Counts[_row];

    /// <summary>The values in the order of <see cref="ValueNames"/>; NaN = absent.</summary>
    public ReadOnlySpan<double> Values =>
        _piece.Values.AsSpan(_row * _piece.View.ValueNames.Length, _piece.View.ValueNames.Length);

    /// <summary>Names of the values, such as <c>mean(delay)</c>.</summary>
    public ReadOnlySpan<string> ValueNames => _piece.View.ValueNames.AsSpan();

    /// <summary>0 for the first result of a window.</summary>
    public int Revision => _piece.Revision;

    /// <summary>What the row had survived when it was handed out.</summary>
    public ResultLevel Level => _piece.Level;

    /// <summary>The place after this row; default at level applied.</summary>
    public ResultPosition Position =>
        Level == ResultLevel.Durable ? new ResultPosition(_piece.Address, _row + 1) : default;

    /// <summary>A value by name, such as <c>mean(delay)</c>.</summary>
    /// <exception cref="ArgumentException">The view has no such value.</exception>
    public double this[string valueName]
    {
        get
        {
            int index = _piece.View.ValueNames.IndexOf(valueName);
            return index >= 0
                ? Values[index]
                : throw new ArgumentException(
                    $"View {View} has no value \"{valueName}\": it has {string.Join(", ", _piece.View.ValueNames)}.",
                    nameof(valueName));
        }
    }

    /// <inheritdoc/>
    public bool Equals(WindowResult other) => ReferenceEquals(_piece, other._piece) && _row == other._row;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is WindowResult other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_piece, _row);

    /// <summary>Same row of the same piece.</summary>
    public static bool operator ==(WindowResult left, WindowResult right) => left.Equals(right);

    /// <summary>Another row.</summary>
    public static bool operator !=(WindowResult left, WindowResult right) => !left.Equals(right);
}
