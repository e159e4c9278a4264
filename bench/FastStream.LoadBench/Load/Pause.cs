namespace FastStream.LoadBench.Load;

/// <summary>Lets time pass, which is what a load does between its beginning and its end.</summary>
internal static class Pause
{
#pragma warning disable RS0030 // Nothing is waited for here but time itself.
    public static void For(TimeSpan time) => Thread.Sleep(time);
#pragma warning restore RS0030
}
