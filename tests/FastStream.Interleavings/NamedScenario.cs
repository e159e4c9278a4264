using FastStream.Interleavings.Scenarios;

namespace FastStream.Interleavings;

/// <summary>A scenario with its name.</summary>
internal sealed record NamedScenario(string Name, Func<Scenario> Create)
{
    public static IReadOnlyList<NamedScenario> All { get; } =
    [
        new("one loop, one bringer", () => Scenario.Chain(1, [1, 1])),
        new("one loop, two bringers", () => Scenario.Chain(1, [1], [1])),
        new("one loop that is stopped", () => Scenario.Chain(1, [1]).WithStop()),
        new("two loops, one bringer", () => Scenario.Chain(2, [1])),
        new("two loops, the first waits", () => Scenario.Chain(2, [2]).WithRoomFor(1)),
        new("two loops, the first waits, more is brought", () => Scenario.Chain(2, [2, 1]).WithRoomFor(1)),
        new("two loops, the first alone, waits", () => Scenario.First(2, [2]).WithRoomFor(1)),
        new("two loops, handed on", () => Scenario.First(2, [1]).WithLastHandedOn()),
        new("two loops, two bringers", () => Scenario.Chain(2, [1], [1])),
        new("two loops, two bringers, the first waits", () => Scenario.Chain(2, [2], [1]).WithRoomFor(1)),
        new("two loops that are stopped", () => Scenario.Chain(2, [1]).WithStop()),
        new("three loops, one bringer, handed on", () => Scenario.Chain(3, [1]).WithLastHandedOn()),
        new("three loops, the first waits, handed on", () => Scenario.Chain(3, [2]).WithLastHandedOn().WithRoomFor(1)),
    ];
}
