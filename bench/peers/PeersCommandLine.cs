using System.Globalization;
using FastStream.Peers.Running;

namespace FastStream.Peers;

/// <summary>What the command line asks for.</summary>
internal sealed record PeersCommandLine(string Command, IPeerCase? Case, PeerLoad Load, bool AsJson)
{
    public const string Help =
        """
        FastStream.Peers list [--folder DIR] [--json]
        FastStream.Peers run --case NAME [--seconds S] [--records-per-batch B] [--keys K] [--seed N]
                             [--folder DIR] [--json]

        The work of FastStream on what a user would pick instead, and the ceilings that no program on this machine
        passes. One case a process; the results are checked before a figure is printed.

        list                  every case, what it does, and whether it can run here
        run                   one case
        --case                its name, from list
        --seconds             how long the clock runs, 5 unless told otherwise
        --records-per-batch   records of 24 bytes a commit, a request, a message or a call, 10,000 unless told
                              otherwise; cases whose name says how many take that many
        --keys                distinct keys, scrambled, 10,000 unless told otherwise
        --seed                of keys and values, 1 unless told otherwise; the same seed is the same records
        --folder              where files and servers' data folders are made and removed again; on a disk,
                              /var/tmp unless told otherwise
        --json                one line for programs

        install.sh beside the sources installs the servers. They are started as children on free ports of the
        loopback, with data folders of their own, and are gone at the end, also after Ctrl+C.
        Exit code 0: measured and checked; 1: a result was wrong; 2: usage; 3: it cannot run here (the reason is
        printed).
        """;

    /// <summary>Null with a problem; null without one when help is asked for.</summary>
    public static PeersCommandLine? Parse(string[] arguments, out string problem)
    {
        problem = "";
        if (arguments.Length == 0 || arguments.Contains("--help"))
        {
            return null;
        }

        PeersCommandLine line = new(arguments[0], null, new PeerLoad(), false);
        if (line.Command is not ("list" or "run"))
        {
            problem = $"there is no command {line.Command}";
            return null;
        }

        for (int index = 1; index < arguments.Length; index++)
        {
            string option = arguments[index];
            if (option == "--json")
            {
                line = line with { AsJson = true };
                continue;
            }

            string value = ++index < arguments.Length ? arguments[index] : "";
            if (line.With(option, value) is not PeersCommandLine next)
            {
                problem = $"{option} {value} is not understood";
                return null;
            }

            line = next;
        }

        problem = line.Command == "run" && line.Case is null ? "run needs --case NAME; list says which there are" : "";
        return problem.Length == 0 ? line : null;
    }

    private PeersCommandLine? With(string option, string value)
    {
        CultureInfo plain = CultureInfo.InvariantCulture;
        bool isNumber = int.TryParse(value, NumberStyles.None, plain, out int number) && number > 0;
        bool isSeconds = double.TryParse(value, NumberStyles.AllowDecimalPoint, plain, out double seconds) && seconds is > 0 and <= 3_600;
        return option switch
        {
            "--case" when PeerCatalog.Find(value) is IPeerCase found => this with { Case = found },
            "--seconds" when isSeconds => this with { Load = Load with { Seconds = seconds } },
            "--records-per-batch" when isNumber && number <= PeerLoad.MaxRecordsPerBatch
                => this with { Load = Load with { RecordsPerBatch = number } },
            "--keys" when isNumber => this with { Load = Load with { KeyCount = number } },
            "--seed" when isNumber => this with { Load = Load with { Seed = number } },
            "--folder" when value.Length > 0 => this with { Load = Load with { Folder = Path.GetFullPath(value) } },
            _ => null,
        };
    }
}
