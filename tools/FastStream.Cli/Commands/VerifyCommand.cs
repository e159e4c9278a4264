using System.CommandLine;
using FastStream.Cli.Offline;

namespace FastStream.Cli.Commands;

/// <summary><c>verify DIR</c>: reads every byte of a data folder and says whether it is sound.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        Argument<string> folder = new("DIR") { Description = "A data folder that no server has open" };
        Option<bool> json = CommonOptions.Json();
        ToolCommand command = new("verify", "Check every entry of a data folder: 0 sound, 3 damaged (segment "
            + "and offset named)")
        {
            Examples = ["faststream verify ./data"],
        };
        StreamCommand.Append(command, folder, json);
        return command.Do((parsed, stop) => OfflineFolder.VerifyAsync(
            parsed.GetValue(folder)!, CommonOptions.Format(parsed, json), parsed.InvocationConfiguration, stop));
    }
}
