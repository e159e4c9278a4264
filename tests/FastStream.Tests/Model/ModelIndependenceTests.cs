using System.Runtime.CompilerServices;

namespace FastStream.Tests.Model;

/// <summary>The model is worth something only while it shares nothing with what it judges.</summary>
public sealed class ModelIndependenceTests
{
    [Fact]
    public void TheModelNamesNothingOfTheEngine()
    {
        string[] files = Directory.GetFiles(ModelFolder(), "*.cs");
        Assert.NotEmpty(files);
        foreach (string file in files)
        {
            string text = File.ReadAllText(file);
            Assert.DoesNotContain("FastStream.Engine", text, StringComparison.Ordinal);
            Assert.DoesNotContain("FastStream.Protocol", text, StringComparison.Ordinal);
            Assert.DoesNotContain("FastStream.Client", text, StringComparison.Ordinal);
        }
    }

    private static string ModelFolder([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../FastStream.TestKit/Model"));
}
