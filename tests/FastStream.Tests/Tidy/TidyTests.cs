using System.Text.RegularExpressions;
using FastStream.TestKit.Processes;

namespace FastStream.Tests.Tidy;

/// <summary>
/// Holds the habits that a compiler does not: sizes, names of rooms, and that dependencies point down the path.
/// </summary>
public sealed partial class TidyTests
{
    private const int MaxLines = 500;
    private const int MaxLineLength = 120;
    private const int MaxLineLengthOutsideEngine = 170; // long sentences of the tool, long rows of tests

    private static readonly string[] s_drawers = ["Common", "Utils", "Helpers", "Manager", "Misc", "Internal"];

    // What each project may use; a stage folder of the engine may use what stands to its left in the path and below.
    private static readonly (string Folder, string[] Forbidden)[] s_rules =
    [
        ("engine/FastStream.Protocol", ["FastStream.Engine", "FastStream.Client", "FastStream.Server", "System.Net"]),
        ("engine/FastStream.Client", ["FastStream.Engine", "FastStream.Server"]),
        ("engine/FastStream.Engine", ["FastStream.Client", "FastStream.Server", "Microsoft.AspNetCore", "Spectre"]),
        ("engine/FastStream.Engine/Memory", ["FastStream.Engine.Journal", "FastStream.Engine.Sequencing", "FASTER"]),
        ("engine/FastStream.Engine/Journal", ["FastStream.Engine.Sequencing", "FastStream.Engine.Partitions", "FastStream.Engine.Results"]),
        ("engine/FastStream.Engine/Partitions/Aggregation",
            ["FastStream.Engine.Sequencing", "FastStream.Engine.Journal", "FastStream.Engine.Results"]),
        ("engine/FastStream.Engine/Partitions/Preparation",
            ["FastStream.Engine.Sequencing", "FastStream.Engine.Journal", "FastStream.Engine.Results"]),
        ("engine/FastStream.Engine/Definitions", ["FastStream.Engine.Partitions", "FastStream.Engine.Sequencing", "FastStream.Engine.Journal"]),
        ("tests/FastStream.TestKit/Model", ["FastStream.Engine", "FastStream.Protocol", "FastStream.Client"]),
    ];

    [Fact]
    public void NoTestClassWaitsForADisposalThatNeverComes()
    {
        // xunit 2 ends IDisposable and IAsyncLifetime; what only implements IAsyncDisposable would leave its engine,
        // its sockets and its folder behind.
        IEnumerable<Type> left = typeof(TidyTests).Assembly.GetTypes()
            .Where(type => type.IsPublic && type.IsAssignableTo(typeof(IAsyncDisposable)))
            .Where(type => !type.IsAssignableTo(typeof(IAsyncLifetime)) && !type.IsAssignableTo(typeof(IDisposable)));
        Assert.Empty(left);
    }

    [Fact]
    public void NoFileHoldsMoreThanOneIdeaByItsLength()
    {
        IEnumerable<string> long_ = Sources()
            .Select(path => (path, lines: File.ReadLines(path).Count()))
            .Where(file => file.lines > MaxLines)
            .Select(file => $"{Name(file.path)} has {file.lines} lines");
        Assert.Empty(long_);
    }

    [Fact]
    public void NoLineIsWiderThanAPage()
    {
        List<string> wide = [];
        foreach (string path in Sources())
        {
            int number = 0;
            bool isEngine = Name(path).StartsWith("engine", StringComparison.Ordinal);
            int limit = isEngine ? MaxLineLength : MaxLineLengthOutsideEngine;
            foreach (string line in File.ReadLines(path))
            {
                number++;
                if (line.Length > limit && !line.Contains("InlineData", StringComparison.Ordinal))
                {
                    wide.Add($"{Name(path)}:{number} has {line.Length} columns");
                }
            }
        }

        Assert.Empty(wide);
    }

    [Fact]
    public void NoFolderIsADrawer() => Assert.DoesNotContain(
        Sources().Select(p => Path.GetFileName(Path.GetDirectoryName(p)!)),
        name => s_drawers.Contains(name, StringComparer.OrdinalIgnoreCase));

    [Fact]
    public void DependenciesPointDownThePath()
    {
        List<string> broken = [];
        foreach ((string folder, string[] forbidden) in s_rules)
        {
            string root = RepositoryFolder.PathOf(folder.Split('/')) + Path.DirectorySeparatorChar;
            foreach (string path in Sources().Where(p => p.StartsWith(root, StringComparison.Ordinal)))
            {
                broken.AddRange(UsingLine().Matches(File.ReadAllText(path))
                    .Select(m => m.Groups[1].Value)
                    .Where(used => forbidden.Any(f => used == f || used.StartsWith(f + ".", StringComparison.Ordinal)))
                    .Select(used => $"{Name(path)} uses {used}"));
            }
        }

        Assert.Empty(broken);
    }

    [Fact]
    public void NothingIsLeftToFix() => Assert.DoesNotContain(
        Sources().Where(p => Path.GetFileName(p) != "TidyTests.cs"),
        p => LeftOver().IsMatch(File.ReadAllText(p)));

    [GeneratedRegex(@"^using (?:static )?([A-Za-z0-9_.]+);", RegexOptions.Multiline)]
    private static partial Regex UsingLine();

    [GeneratedRegex(@"\b(TODO|FIXME|XXX|HACK)\b")]
    private static partial Regex LeftOver();

    private static IEnumerable<string> Sources() =>
        new[] { "engine", "bench", "tests", "tools" }
            .SelectMany(top => Directory.EnumerateFiles(RepositoryFolder.PathOf(top), "*.cs", SearchOption.AllDirectories))
            .Where(p => !p.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"));

    private static string Name(string path) => Path.GetRelativePath(RepositoryFolder.PathOf(), path);
}
