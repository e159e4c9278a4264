using System.Globalization;
using FastStream.Protocol;

namespace FastStream.CrashLoop;

/// <summary>What the command line asks for.</summary>
internal sealed record CrashCommandLine(string Command, string FileSystem, CrashOptions Options)
{
    public const string Help =
        """
        crashloop kill  [--cycles N] [--seed N] [--ack written|durable] [--load-ms N] [--folder DIR]
        crashloop power [--fs ext4|xfs] [--cycles N] [--seed N] [--ack written|durable] [--load-ms N] [--folder DIR]
        crashloop full  [--fs ext4|tmpfs] [--seed N] [--folder DIR]
        crashloop freeze [--cycles N] [--seed N] [--folder DIR]

        Crashes `faststream serve` under four producers that never give up, and checks after each crash that what was
        acked is there and counted once; at the end compares digests with a run that nobody disturbed.

        kill     SIGKILL at random moments, also during recovery, snapshots and segment changes
        power    the data folder's own small disk is cut off without a flush (root, loop devices and mkfs needed)
        full     its disk is filled under load and gets space back; it is killed and ended on a full disk (root as above)
        freeze   SIGSTOP and SIGCONT for the server and for a process that sends
        --cycles     crashes or stops, 40 unless told otherwise
        --fs         the disk's file system, ext4 unless told otherwise
        --ack        what producers ask for; durable where the power goes, written and durable where only the process does.
                     `power --ack written` is the control: it must lose something, or the cut is not real
        --load-ms    longest load before a crash, 250 unless told otherwise
        --folder     where data folders and images are made
        --seed       when and what is crashed; printed by every run

        Exit code 0: nothing found (or skipped, with the reason); 1: something acked was lost or counted twice.
        """;

    /// <summary>Whether loss is what is asked for.</summary>
    public bool MustLose => Command == "power" && Options.Ack == AckLevel.Written;

    /// <summary>Null with a problem; null without one when help is asked for.</summary>
    public static CrashCommandLine? Parse(string[] arguments, out string problem)
    {
        problem = "";
        if (arguments.Length == 0 || arguments.Contains("--help"))
        {
            return null;
        }

        CrashCommandLine line = new(arguments[0], "ext4", new CrashOptions());
        if (line.Command is not ("kill" or "power" or "full" or "freeze"))
        {
            problem = $"there is no command {line.Command}";
            return null;
        }

        for (int index = 1; index < arguments.Length; index += 2)
        {
            string value = index + 1 < arguments.Length ? arguments[index + 1] : "";
            CrashCommandLine? next = line.With(arguments[index], value);
            if (next is null)
            {
                problem = $"{arguments[index]} {value} is not understood";
                return null;
            }

            line = next;
        }

        return line;
    }

    private CrashCommandLine? With(string option, string value)
    {
        bool isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number);
        return option switch
        {
            "--cycles" when isNumber => this with { Options = Options with { Cycles = number } },
            "--seed" when isNumber => this with { Options = Options with { Seed = number } },
            "--load-ms" when isNumber && number > 10 => this with { Options = Options with { MaxLoadMs = number } },
            "--folder" when value.Length > 0 => this with { Options = Options with { Folder = value } },
            "--fs" when value is "ext4" or "xfs" || (value == LoopDisk.Tmpfs && Command == "full") => this with { FileSystem = value },
            "--ack" when value is "written" => this with { Options = Options with { Ack = AckLevel.Written } },
            "--ack" when value is "durable" => this with { Options = Options with { Ack = AckLevel.Durable } },
            _ => null,
        };
    }
}
