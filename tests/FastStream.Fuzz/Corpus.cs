using System.Security.Cryptography;
using FastStream.TestKit.Processes;

namespace FastStream.Fuzz;

/// <summary>Inputs that are kept: past findings, and valid ones of every target. Replayed first in every run.</summary>
internal static class Corpus
{
    public static string Folder { get; } = RepositoryFolder.PathOf("tests", "FastStream.Fuzz", "Corpus");

    /// <summary>The inputs kept for a target.</summary>
    public static IReadOnlyList<(string Path, byte[] Input)> Of(string target)
    {
        string folder = Path.Combine(Folder, target);
        return Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*.bin").Order(StringComparer.Ordinal).Select(p => (p, File.ReadAllBytes(p)))]
            : [];
    }

    /// <summary>Keeps the input of a finding, with a line on where it came from; gives its path.</summary>
    public static string Keep(Finding finding, string folder)
    {
        string name = Convert.ToHexStringLower(SHA256.HashData(finding.Input))[..16];
        Directory.CreateDirectory(Path.Combine(folder, finding.Target));
        string path = Path.Combine(folder, finding.Target, name + ".bin");
        File.WriteAllBytes(path, finding.Input);
        File.WriteAllText(
            Path.ChangeExtension(path, ".txt"),
            $"{finding.Signature}\nseed {finding.Seed}, case {finding.CaseNumber}\n");
        return path;
    }
}
