using System.Text;
using FastStream.Protocol;

namespace FastStream.Tests.Protocol;

/// <summary>Goal: the rule for names is the same for bytes and characters.</summary>
public sealed class StreamNameTests
{
    [Theory]
    [InlineData("a", true)]
    [InlineData("gate-7_Z.9", true)]
    [InlineData(".", true)]
    [InlineData("", false)]
    [InlineData("..", false)]
    [InlineData("a..b", false)]
    [InlineData("a/b", false)]
    [InlineData("a b", false)]
    [InlineData("\u00e9", false)]
    public void NamesFollowTheRule(string name, bool expected)
    {
        Assert.Equal(expected, StreamName.TryValidate(name));
        Assert.Equal(expected, StreamName.TryValidate(Encoding.UTF8.GetBytes(name)));
    }

    [Fact]
    public void ANameHasAtMost249Characters()
    {
        Assert.True(StreamName.TryValidate(new string('x', 249)));
        Assert.False(StreamName.TryValidate(new string('x', 250)));
    }
}
