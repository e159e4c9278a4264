using System.Text.RegularExpressions;

namespace FastStream.Peers.Running;

/// <summary>Versions of the packages that this program was built with; assemblies do not always carry them.</summary>
internal static class Packages
{
    private static readonly Lazy<string> s_dependencies = new(
        () => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "FastStream.Peers.deps.json")));

    /// <summary>Name and version.</summary>
    public static string Of(string package)
    {
        Match entry = Regex.Match(s_dependencies.Value, $"\"{Regex.Escape(package)}/([^\"]+)\"");
        return $"{package} {entry.Groups[1].Value}";
    }
}
