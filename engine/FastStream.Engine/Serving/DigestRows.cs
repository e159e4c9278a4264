using FastStream.Engine.Results;

namespace FastStream.Engine.Serving;

/// <summary>Brings closed and open windows of a view into the one order that the digest wants.</summary>
internal static class DigestRows
{
    /// <summary>
    /// Adds the rows of a view that was begun. Both sequences come by window start. A row that was still on its way
    /// when open windows were gathered, and durable when closed ones were read, is in both and is written once; of
    /// several revisions the last one is written. One window is held at a time.
    /// </summary>
    internal static void AddTo(
        DigestWriter digest, ResultsView view, IEnumerable<WindowRow> closed, IEnumerable<WindowRow> open)
    {
        using IEnumerator<WindowRow> left = closed.GetEnumerator();
        using IEnumerator<WindowRow> right = open.GetEnumerator();
        Dictionary<ulong, WindowRow> window = [];
        long startNs = 0;
        bool hasLeft = left.MoveNext();
        bool hasRight = right.MoveNext();
        while (hasLeft || hasRight)
        {
            bool isLeft = hasLeft && (!hasRight || left.Current.StartNs <= right.Current.StartNs);
            WindowRow row = isLeft ? left.Current : right.Current;
            if (row.StartNs != startNs)
            {
                Write(digest, view, window);
                startNs = row.StartNs;
            }

            if (!window.TryGetValue(row.Key, out WindowRow? other) || row.Revision > other.Revision)
            {
                window[row.Key] = row;
            }

            hasLeft = isLeft ? left.MoveNext() : hasLeft;
            hasRight = isLeft ? hasRight : right.MoveNext();
        }

        Write(digest, view, window);
    }

    private static void Write(DigestWriter digest, ResultsView view, Dictionary<ulong, WindowRow> window)
    {
        foreach (WindowRow row in window.Values)
        {
            string key = DigestWriter.KeyOf(row.Key, row.KeyText, view.IsOverAll);
            digest.AddRow(row.StartNs, key, row.Count, row.Values.AsSpan());
        }

        window.Clear();
    }
}
