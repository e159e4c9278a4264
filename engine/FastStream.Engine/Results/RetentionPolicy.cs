namespace FastStream.Engine.Results;

/// <summary>How much of a log is kept. Whole segments go, so a bit more than this may stay.</summary>
public sealed record RetentionPolicy
{
    /// <summary>Keeps everything.</summary>
    public static RetentionPolicy KeepAll { get; } = new();

    /// <summary>Bytes to keep; null (the default) keeps all.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>Age to keep, counted from when an entry was written, not from event time; null keeps all.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Faults in one line each; empty when the policy can be used.</summary>
    public IReadOnlyList<string> Validate(string name)
    {
        List<string> faults = [];
        if (MaxBytes is < MinBytes)
        {
            faults.Add($"{name}.MaxBytes {MaxBytes} is too small: keep at least {MinBytes}");
        }

        if (MaxAge is TimeSpan age && age < s_minAge)
        {
            faults.Add($"{name}.MaxAge {age} is too short: keep at least {s_minAge}");
        }

        return faults;
    }

    /// <summary>Less than this would be less than what a log holds in memory.</summary>
    public const long MinBytes = 1 << 20;

    private static readonly TimeSpan s_minAge = TimeSpan.FromSeconds(1);
}
