using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace FastStream.TestKit.Processes;

/// <summary>Waits for conditions. A deadline is there to fail a broken test, never to make a slow one pass.</summary>
internal static class Eventually
{
    private static readonly TimeSpan s_usual = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(2);

    /// <summary>Returns when the condition holds; throws, quoting it, when it does not within the deadline.</summary>
    public static async Task Until(
        Func<bool> condition,
        TimeSpan? deadline = null,
        [CallerArgumentExpression(nameof(condition))] string text = "")
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!condition())
        {
            if (watch.Elapsed > (deadline ?? s_usual))
            {
                throw new TimeoutException($"not within {deadline ?? s_usual}: {text}");
            }

            await Task.Delay(s_pause).ConfigureAwait(false);
        }
    }
}
