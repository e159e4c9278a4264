using System.Globalization;

namespace FastStream.Fuzz;

/// <summary>What a run is asked to do.</summary>
internal sealed record FuzzOptions
{
    public const string Help = """
        Feeds every parser of FastStream with spoiled input.

        dotnet run -c Release --project tests/FastStream.Fuzz -- [options]

          --target NAME[,NAME]  only these targets (a name may end in *); --list shows them
          --cases N             how many cases in all, shared out by weight (default 1,000,000)
          --seconds T           as many cases as fit in T seconds instead
          --seed S              numbers of the run (default 1); a case is the same for the same seed
          --case I              case I of one target only, with its input shown
          --workers W           threads (default: the processors)
          --corpus DIR          where findings are written (default tests/FastStream.Fuzz/Corpus)
          --replay              only the corpus
          --list                the targets

        Exit code 0: nothing found. 1: findings, each minimised and written to the corpus. 2: wrong use.
        """;

    public IReadOnlyList<string> Targets { get; init; } = [];

    public long Cases { get; init; } = 1_000_000;

    public double? Seconds { get; init; }

    public ulong Seed { get; init; } = 1;

    public long? Case { get; init; }

    public int Workers { get; init; } = Math.Min(Environment.ProcessorCount, CaseNotes.MaxWorkers);

    public string CorpusFolder { get; init; } = Corpus.Folder;

    public bool ReplayOnly { get; init; }

    public bool IsList { get; init; }

    public bool IsHelp { get; init; }

    /// <summary>Set by the supervisor: the file of notes of its worker process.</summary>
    public string? NotesPath { get; init; }

    /// <exception cref="FormatException">Not understood; the message says what.</exception>
    public static FuzzOptions Parse(IReadOnlyList<string> arguments)
    {
        FuzzOptions options = new();
        for (int i = 0; i < arguments.Count; i++)
        {
            string name = arguments[i];
            options = name switch
            {
                "--target" => options with { Targets = Value(arguments, ref i).Split(',') },
                "--cases" => options with { Cases = Count(arguments, ref i) },
                "--seconds" => options with { Seconds = Count(arguments, ref i) },
                "--seed" => options with { Seed = (ulong)Count(arguments, ref i) },
                "--case" => options with { Case = Count(arguments, ref i) },
                "--workers" => options with { Workers = (int)Math.Clamp(Count(arguments, ref i), 1, CaseNotes.MaxWorkers) },
                "--corpus" => options with { CorpusFolder = Value(arguments, ref i) },
                "--notes" => options with { NotesPath = Value(arguments, ref i) },
                "--replay" => options with { ReplayOnly = true },
                "--list" => options with { IsList = true },
                "--help" or "-h" => options with { IsHelp = true },
                _ => throw new FormatException($"{name} is not known; --help shows what is"),
            };
        }

        return options;
    }

    private static string Value(IReadOnlyList<string> arguments, ref int i) =>
        i + 1 < arguments.Count ? arguments[++i] : throw new FormatException($"{arguments[i]} lacks its value");

    private static long Count(IReadOnlyList<string> arguments, ref int i)
    {
        string name = arguments[i];
        string text = Value(arguments, ref i).Replace("_", "", StringComparison.Ordinal);
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long count)
            ? count
            : throw new FormatException($"{name} {text} is no whole number");
    }
}
