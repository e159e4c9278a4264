namespace FastStream.Peers.Running;

/// <summary>Results are checked before a figure is printed: a fast wrong answer is no answer.</summary>
internal static class Require
{
    public static void Equal<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new WrongResultException($"{what}: expected {expected}, got {actual}");
        }
    }
}
