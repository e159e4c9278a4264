using System.Globalization;

namespace FastStream.Engine.Results;

/// <summary>
/// A place in the results log, after a row: a subscriber that stores it with what it did goes on there and gets no
/// row twice. Text form <c>address.rows</c>.
/// </summary>
/// <param name="Address">Address of an entry of the results log.</param>
/// <param name="RowsTaken">Rows of that entry that were taken.</param>
public readonly record struct ResultPosition(long Address, int RowsTaken)
{
    /// <summary>Before the oldest result that is kept.</summary>
    public static ResultPosition Beginning => default;

    /// <summary>Reads the text form.</summary>
    public static bool TryParse(string? text, out ResultPosition position)
    {
        position = default;
        int dot = text?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        if (dot < 0
            || !long.TryParse(text.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out long address)
            || !int.TryParse(text.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int rows))
        {
            return false;
        }

        position = new ResultPosition(address, rows);
        return true;
    }

    /// <summary>The text form.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Address}.{RowsTaken}");
}
