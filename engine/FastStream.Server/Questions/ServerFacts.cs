namespace FastStream.Server.Questions;

/// <summary>What a server knows of itself and the engine does not.</summary>
internal sealed record ServerFacts(string DataDirectory, int FramePort, int HttpPort, long StartedAt)
{
    public static string Version { get; } = typeof(ServerFacts).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    public double UptimeSeconds => Math.Round(TimeProvider.System.GetElapsedTime(StartedAt).TotalSeconds, 3);
}
