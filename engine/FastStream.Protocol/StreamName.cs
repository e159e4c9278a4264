using System.Buffers;

namespace FastStream.Protocol;

/// <summary>The rule for names of streams and producers: 1..249 of A-Z a-z 0-9 . _ - and never "..".</summary>
public static class StreamName
{
    private static readonly SearchValues<byte> s_allowedBytes = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"u8);

    private static readonly SearchValues<char> s_allowedChars = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>Checks a name as it stands on the wire.</summary>
    /// <param name="utf8">The bytes of the name.</param>
    /// <returns>Whether it is allowed.</returns>
    public static bool TryValidate(ReadOnlySpan<byte> utf8) =>
        utf8.Length is > 0 and <= WireFormat.MaxNameBytes
        && utf8.IndexOfAnyExcept(s_allowedBytes) < 0
        && utf8.IndexOf(".."u8) < 0;

    /// <summary>Checks a name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>Whether it is allowed.</returns>
    public static bool TryValidate(ReadOnlySpan<char> name) =>
        name.Length is > 0 and <= WireFormat.MaxNameBytes
        && name.IndexOfAnyExcept(s_allowedChars) < 0
        && name.IndexOf("..") < 0;
}
