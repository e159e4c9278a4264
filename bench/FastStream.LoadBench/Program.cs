using System.Globalization;
using FastStream.LoadBench.Cases;
using FastStream.LoadBench.Processes;

namespace FastStream.LoadBench;

/// <summary>One program, three roles: the bench that starts cases, a case, and the server of a case.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] arguments)
    {
        switch (arguments)
        {
            case [ServerRole.Name, string settings]:
                return await ServerRole.RunAsync(settings);
            case ["case", string name, string seconds, string folder, string rate]:
                CultureInfo plain = CultureInfo.InvariantCulture;
                return RunCase(name, new CaseSettings(double.Parse(seconds, plain), folder, double.Parse(rate, plain)));
            default:
                return LoadBenchCommand.Run(arguments);
        }
    }

    private static int RunCase(string name, CaseSettings settings)
    {
        ILoadCase found = CaseCatalog.Find(name) ?? throw new ArgumentException($"There is no case {name}.", nameof(name));
        Console.WriteLine(found.Run(settings).ToJson());
        return 0;
    }
}
