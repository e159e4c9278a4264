using System.Globalization;

namespace FastStream.CrashLoop;

/// <summary>What a server did while its disk was full, and after.</summary>
internal sealed record FullDiskReport
{
    public required string Title { get; init; }

    public long AckedFrames { get; init; }

    public long Refusals { get; init; }

    public string LastRefusal { get; init; } = "";

    public double FullSeconds { get; init; }

    public int Answers { get; init; }

    public double SlowestAnswerMs { get; init; }

    /// <summary>Lines that the server wrote while the disk was full.</summary>
    public int LogLines { get; init; }

    public long SnapshotsWhileFull { get; init; }

    /// <summary>From the moment that space was back until every producer had an ack.</summary>
    public IReadOnlyList<double> ResumeMs { get; init; } = [];

    /// <summary>What a start on the full disk did.</summary>
    public string StartWhileFull { get; init; } = "";

    public int ExitCodeWhileFull { get; init; }

    public IReadOnlyList<string> Findings { get; init; } = [];

    /// <summary>The promise of two seconds; a figure, not a finding, since it is this machine's load too.</summary>
    public bool ResumedInTime => ResumeMs.All(ms => ms <= 2_000);

    public override string ToString()
    {
        string resumed = string.Join(", ", ResumeMs.Select(ms => ms.ToString("N0", CultureInfo.InvariantCulture)));
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {Title}
              acked frames           {AckedFrames:N0}
              refusals               {Refusals:N0}, with {LastRefusal}
              answers while full     {Answers:N0} in {FullSeconds:N1} s, the slowest {SlowestAnswerMs:N1} ms
              log lines while full   {LogLines:N0}
              snapshots while full   {SnapshotsWhileFull:N0}
              resumed after          {resumed} ms ({(ResumedInTime ? "pass" : "short")}: 2,000)
              killed and started     {StartWhileFull} while full
              SIGTERM while full     exit code {ExitCodeWhileFull}
            """);
        return Findings.Count == 0 ? text : $"{text}\n  {string.Join("\n  ", Findings)}";
    }
}
