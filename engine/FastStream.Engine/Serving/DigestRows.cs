using FastStream.Engine.Results;

namespace FastStream.Engine.Serving;

/// <summary>Brings closed and open windows of a view into the one order that the digest wants.</summary>
internal static class DigestRows
{
    /// <summary>
    /// Adds the rows of a view that was begun. Both sequences come by window start; a window may be in both, as when
    /// only some keys of it were let go.
    /// </summary>
    internal static void AddTo(
        DigestWriter digest, ResultsView view, IEnumerable<WindowRow> closed, IEnumerable<WindowRow> open)
    {
        using IEnumerator<WindowRow> left = closed.GetEnumerator();
        using IEnumerator<WindowRow> right = open.GetEnumerator();
        bool hasLeft = left.MoveNext();
        bool hasRight = right.MoveNext();
        while (hasLeft || hasRight)
        {
            bool isLeft = hasLeft && (!hasRight || left.Current.StartNs <= right.Current.StartNs);
            WindowRow row = isLeft ? left.Current : right.Current;
            string key = DigestWriter.KeyOf(row.Key, row.KeyText, view.IsOverAll);
            digest.AddRow(row.StartNs, key, row.Count, row.Values.AsSpan());
            if (isLeft)
            {
                hasLeft = left.MoveNext();
            }
            else
            {
                hasRight = right.MoveNext();
            }
        }
    }
}
