using FastStream.Server.Configuration;

namespace FastStream.Tests.Server;

/// <summary>Hints come from words that are near, and a word as long as a frame costs no more than a short one.</summary>
public sealed class NearestWordTests
{
    [Theory]
    [InlineData("form", "from")]
    [InlineData("LIMT", "limit")]
    [InlineData("strem", "stream")]
    [InlineData("x", null)]
    [InlineData("somethingelse", null)]
    public void TheWordOfFewestChangesIsNamed(string word, string? expected) =>
        Assert.Equal(expected, NearestWord.Of(word, ["stream", "from", "limit"]));

    [Fact]
    public void AWordOfSixtyThousandLettersIsNotComparedLetterByLetter()
    {
        string word = new('s', 60_000);
        string[] known = [.. Enumerable.Repeat("stream", 10_000)];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Null(NearestWord.Of(word, known));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000); // a comparison copies the word
    }
}
