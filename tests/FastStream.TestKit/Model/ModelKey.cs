using System.Globalization;

namespace FastStream.TestKit.Model;

/// <summary>A key: a number; in a text stream the dense number of a name, and the name.</summary>
internal readonly record struct ModelKey(ulong Number, string? Name) : IComparable<ModelKey>
{
    /// <summary>The key of a view over all keys.</summary>
    public static readonly ModelKey All = new(0, null);

    /// <inheritdoc/>
    public int CompareTo(ModelKey other)
    {
        int byName = string.CompareOrdinal(Name, other.Name);
        return byName != 0 ? byName : Number.CompareTo(other.Number);
    }

    /// <inheritdoc/>
    public override string ToString() => Name ?? Number.ToString(CultureInfo.InvariantCulture);
}
