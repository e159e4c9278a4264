namespace FastStream.Engine.Ingress.Tcp;

/// <summary>
/// How the process's descriptors are shared out, before any is used: running out of them ends a .NET process, since
/// its runtime opens files of its own (assemblies when they are first needed) wherever it happens to be.
/// </summary>
/// <param name="Connections">Connections for frames that may stand.</param>
/// <param name="Farewells">Refused connections that may still be hearing why.</param>
/// <param name="HttpConnections">Connections for HTTP that may stand.</param>
internal readonly record struct DescriptorShares(int Connections, int Farewells, int HttpConnections)
{
    /// <summary>Below this many a server does not start: its own files leave too few to serve anybody.</summary>
    public const int LeastDescriptors = FrameListenerOptions.SpareDescriptors + 16;

    private const int MaxFarewells = 64;

    /// <summary>
    /// Shares out what a limit leaves beside the spare ones: a quarter for HTTP and a quarter for farewells at most,
    /// all else for frames. Without a limit, or with a high one, everybody gets what was asked for.
    /// </summary>
    public static DescriptorShares Of(long? limit, int connections, int httpConnections)
    {
        if (limit is not long descriptors)
        {
            return new DescriptorShares(connections, MaxFarewells, httpConnections);
        }

        long rest = Math.Max(4, descriptors - FrameListenerOptions.SpareDescriptors);
        int farewells = (int)Math.Min(MaxFarewells, rest / 4);
        int http = (int)Math.Min(httpConnections, rest / 4);
        return new DescriptorShares((int)Math.Min(connections, rest - farewells - http), farewells, http);
    }
}
