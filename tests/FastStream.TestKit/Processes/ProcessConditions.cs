using System.Diagnostics;
using System.Globalization;

namespace FastStream.TestKit.Processes;

/// <summary>What a child process may use: descriptors, a control group, its environment.</summary>
internal sealed record ProcessConditions
{
    /// <summary>Soft and hard limit of open files; null leaves what this process has.</summary>
    public int? Descriptors { get; init; }

    /// <summary>Folder of a control group (v1) that it enters before it begins.</summary>
    public string? ControlGroup { get; init; }

    /// <summary>Variables beside those of this process.</summary>
    public IEnumerable<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>How to start this program under these conditions.</summary>
    internal ProcessStartInfo Start(string program, IEnumerable<string> arguments)
    {
        List<string> steps = [];
        if (ControlGroup is string group)
        {
            steps.Add($"echo $$ > '{group}/tasks'");
        }

        if (Descriptors is int descriptors)
        {
            steps.Add(string.Create(CultureInfo.InvariantCulture, $"ulimit -n {descriptors}"));
        }

        // The shell takes the conditions upon itself and then becomes the program: same process, same id.
        ProcessStartInfo start = steps.Count == 0
            ? new ProcessStartInfo(program, arguments)
            : new ProcessStartInfo(
                "/bin/sh", ["-c", string.Join(" && ", steps) + " && exec \"$0\" \"$@\"", program, .. arguments]);
        foreach ((string name, string value) in Environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
