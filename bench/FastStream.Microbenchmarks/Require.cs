namespace FastStream.Microbenchmarks;

/// <summary>Results are compared before anything is timed: a fast wrong answer is no answer.</summary>
internal static class Require
{
    public static void Equal<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new InvalidOperationException($"{what}: expected {expected}, got {actual}. Nothing was timed.");
        }
    }
}
