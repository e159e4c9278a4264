using System.Globalization;

namespace FastStream.CrashLoop;

/// <summary>What became of a load whose processes were stopped and continued.</summary>
internal sealed record FreezeReport
{
    public required string Title { get; init; }

    public int ServerStops { get; init; }

    public int SenderStops { get; init; }

    public long AckedFrames { get; init; }

    public long RefusedFrames { get; init; }

    public TimeSpan Stopped { get; init; }

    public TimeSpan Elapsed { get; init; }

    public string Digest { get; init; } = "";

    public IReadOnlyList<string> Findings { get; init; } = [];

    public override string ToString()
    {
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {Title}
              stops            {ServerStops:N0} of the server, {SenderStops:N0} of a sender, {Stopped.TotalSeconds:N1} s in all
              acked frames     {AckedFrames:N0}
              refusals         {RefusedFrames:N0}
              seconds          {Elapsed.TotalSeconds:N1}
              digest           {Digest}
            """);
        return Findings.Count == 0 ? text : $"{text}\n  {string.Join("\n  ", Findings)}";
    }
}
