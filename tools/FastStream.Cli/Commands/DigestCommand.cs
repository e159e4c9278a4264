using System.CommandLine;
using FastStream.Cli.Offline;

namespace FastStream.Cli.Commands;

/// <summary><c>digest DIR</c>: one hash of everything a data folder says.</summary>
internal static class DigestCommand
{
    public static Command Create()
    {
        Argument<string> folder = new("DIR") { Description = "A data folder that no server has open" };
        Option<long?> at = new("--at") { Description = "The state as of this journal address; left out: at its end" };
        Option<string?> dump = new("--dump") { Description = "Also write the text that is hashed to this file" };
        ToolCommand command = new("digest",
            "SHA-256 over streams, producers, counters and all windows; the same for every partition count, "
                + "batching and restart")
        {
            Examples = ["faststream digest ./data", "faststream digest ./data --at 1048576"],
        };
        StreamCommand.Append(command, folder, at, dump);
        return command.Do((parsed, stop) => OfflineFolder.DigestAsync(
            parsed.GetValue(folder)!, parsed.GetValue(at), parsed.GetValue(dump), parsed.InvocationConfiguration,
                stop));
    }
}
