namespace FastStream.Engine.Definitions;

/// <summary>Which names streams, views, producers and fields may have.</summary>
public static class DefinitionNames
{
    /// <summary>The form of stream and view names, for error texts.</summary>
    public const string NameForm = "1..249 of A-Z a-z 0-9 . _ - without \"..\"";

    /// <summary>The form of field names, for error texts.</summary>
    public const string FieldForm = "a letter or _, then up to 63 of A-Z a-z 0-9 _ . -; not and, or, not";

    /// <summary>True for a name a stream or view may have.</summary>
    public static bool IsName(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || name.Length > DefinitionLimits.MaxNameLength || name.IndexOf("..") >= 0)
        {
            return false;
        }

        foreach (char c in name)
        {
            if (!IsNameCharacter(c))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True for a name a field may have. The operators' words are kept for expressions.</summary>
    public static bool IsFieldName(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || name.Length > DefinitionLimits.MaxFieldNameLength || !IsFieldStart(name[0]))
        {
            return false;
        }

        foreach (char c in name)
        {
            if (!IsNameCharacter(c))
            {
                return false;
            }
        }

        return name is not ("and" or "or" or "not");
    }

    internal static bool IsFieldStart(char c) => char.IsAsciiLetter(c) || c == '_';

    internal static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-';
}
