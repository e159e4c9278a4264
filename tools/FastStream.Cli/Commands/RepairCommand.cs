using System.CommandLine;
using FastStream.Cli.Offline;

namespace FastStream.Cli.Commands;

/// <summary><c>repair DIR --to DIR2</c>: a sound copy of a damaged folder, and what is lost.</summary>
internal static class RepairCommand
{
    public static Command Create()
    {
        Argument<string> folder = new("DIR") { Description = "The damaged data folder; it is read and never changed" };
        Option<string> target = new("--to")
        {
            Description = "Folder for the sound copy; it must not be there yet",
            Required = true,
        };
        Option<bool> json = CommonOptions.Json();
        ToolCommand command = new("repair", "Write a sound copy of a damaged data folder and list exactly what is lost: producer, "
            + "epoch, sequences, times. Everything sound is kept, also behind the damage; results and snapshots that no longer "
            + "fit are computed again. A producer may send a lost frame again under its old sequence. Ends with 0 when the copy "
            + "is sound and opens (the rows say what is lost), with 3 when nothing can be made of the folder")
        {
            Examples =
            [
                "faststream verify ./data                      which places are damaged",
                "faststream repair ./data --to ./data-repaired",
                "faststream serve --data ./data-repaired",
            ],
        };
        StreamCommand.Append(command, folder, target, json);
        return command.Do((parsed, stop) => FolderRepairRun.RunAsync(
            parsed.GetValue(folder)!,
            parsed.GetValue(target)!,
            CommonOptions.Format(parsed, json),
            parsed.InvocationConfiguration,
            stop));
    }
}
