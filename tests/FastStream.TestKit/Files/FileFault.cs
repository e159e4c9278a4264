namespace FastStream.TestKit.Files;

/// <summary>What happens to one operation.</summary>
/// <param name="Kind">Nothing, an error, or the end of the process.</param>
/// <param name="Error">The error number that is answered.</param>
internal readonly record struct FileFault(FileFaultKind Kind, int Error = 5)
{
    /// <summary>The operation does what it should.</summary>
    internal static FileFault None => default;
}
