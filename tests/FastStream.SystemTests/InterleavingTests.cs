using FastStream.Interleavings;
using Xunit.Abstractions;

namespace FastStream.SystemTests;

/// <summary>
/// The engine's own source of resting, lending and waking, with threads that take turns in every order: as many of the
/// orders as a few seconds give find nothing, and each mistake that is planted is found.
/// </summary>
public sealed class InterleavingTests(ITestOutputHelper output)
{
    [Fact]
    public void NoOrderOfTurnsStepsALoopTwiceAtOnceOrLosesAWakeUp()
    {
        (int exitCode, string text) = Explore("--switches", "2", "--seconds", "0.5");
        Assert.True(exitCode == 0, text);
    }

    [Theory]
    [InlineData("loop-given-back-twice", "three loops, the first waits, handed on", "two threads step")]
    [InlineData("loop-given-back-unseen", "two loops, two bringers, the first waits", "waits for ever")]
    [InlineData("signal-unfenced", "one loop, one bringer", "and everybody sleeps")]
    public void APlantedMistakeIsFoundWithTheTurnsThatLeadToIt(string fault, string scenario, string finding)
    {
        (int exitCode, string text) = Explore("--planted", fault, "--switches", "2", "--seconds", "300", "--scenario", scenario);
        Assert.True(exitCode == 1, text);
        Assert.Contains(finding, text, StringComparison.Ordinal);
    }

    private (int ExitCode, string Text) Explore(params string[] args)
    {
        using StringWriter writer = new();
        int exitCode = InterleavingsCommand.Run(args, writer);
        string text = writer.ToString();
        output.WriteLine(text);
        return (exitCode, text);
    }
}
