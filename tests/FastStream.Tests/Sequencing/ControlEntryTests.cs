using System.Text;
using FastStream.Engine.Sequencing;

namespace FastStream.Tests.Sequencing;

/// <summary>Payloads of control entries that cannot be: damage of the journal, never a user's mistake.</summary>
public sealed class ControlEntryTests
{
    [Theory]
    [InlineData("")]
    [InlineData("flights")]
    [InlineData("flights\n")]
    [InlineData("flights\nu32 (a)")]
    [InlineData("../flights\nu64 (a)")]
    public void AStreamThatCannotBeReadIsInvalid(string payload) =>
        Assert.Throws<InvalidDataException>(() => ControlEntry.ReadStream(Encoding.UTF8.GetBytes(payload)));

    [Theory]
    [InlineData("")]
    [InlineData("1234567")]
    [InlineData("12345678")]
    [InlineData("12345678v\n")]
    [InlineData("12345678v\ntumbling 1h by key: most(x)")]
    public void AViewThatCannotBeReadIsInvalid(string payload) =>
        Assert.Throws<InvalidDataException>(() => ControlEntry.ReadView("s", 1, Encoding.UTF8.GetBytes(payload)));

    [Fact]
    public void HalfAnOrdinalOrHalfANumberIsInvalid()
    {
        Assert.Throws<InvalidDataException>(() => ControlEntry.ReadLayout([1, 0, 2]));
        Assert.Throws<InvalidDataException>(() => ControlEntry.ReadNumber([1, 2, 3, 4, 5, 6, 7]));
    }
}
