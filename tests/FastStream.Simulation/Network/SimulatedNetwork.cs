using FastStream.Simulation.Checks;
using FastStream.Simulation.Driving;
using FastStream.Simulation.Scenario;

namespace FastStream.Simulation.Network;

/// <summary>All producers and their connections; goes on by one thing of one of them at a time.</summary>
internal sealed class SimulatedNetwork(
    SimulationPlan plan, EngineHost host, Checker checker, VirtualClock clock, SimulationRandom random)
{
    private readonly List<SimulatedConnection> _connections = [];
    private readonly SimulatedProducer[] _producers =
        [.. plan.Producers.Select(one => new SimulatedProducer(one, checker.Journal, clock, plan.ResendsAll))];

    /// <summary>Every producer has sent all and heard what it asked for.</summary>
    public bool IsDone => Array.TrueForAll(_producers, producer => producer.IsDone);

    /// <summary>Any producer.</summary>
    public SimulatedProducer Pick() => _producers[random.Next(_producers.Length)];

    /// <summary>One thing happens; false when the one that was chosen had nothing to do.</summary>
    public bool Step()
    {
        SimulatedProducer producer = Pick();
        if (random.OneIn(2))
        {
            if (producer.Connection is null or { IsBroken: true })
            {
                Connect(producer, takesNewEpoch: false);
                return true;
            }

            return producer.Step();
        }

        if (_connections.Count == 0)
        {
            return false;
        }

        bool moved = _connections[random.Next(_connections.Count)].Step();
        _connections.RemoveAll(one => one.IsBroken && one.IsQuiet);
        return moved;
    }

    /// <summary>A producer opens a connection, for its epoch or for the next.</summary>
    public void Connect(SimulatedProducer producer, bool takesNewEpoch)
    {
        // A connection that a new epoch takes over from lives on until the engine ends it.
        foreach (SimulatedConnection old in _connections.Where(one => one.Plan == producer.Plan && !takesNewEpoch))
        {
            old.Cut();
        }

        producer.Connect(
            (plan, epoch) => new SimulatedConnection(host.Core, plan, epoch, checker), takesNewEpoch || producer.Epoch == 0);
        _connections.Add(producer.Connection!);
    }

    /// <summary>The process at the other end is gone.</summary>
    public void Drop()
    {
        _connections.Clear();
        Array.ForEach(_producers, producer => producer.Disconnect());
    }

    /// <summary>How far each producer is.</summary>
    public string Describe() => string.Join(
        "; ",
        _producers.Select(producer =>
            $"{producer.Plan.Name}: epoch {producer.Epoch}, {producer.Frames.Count} frames, "
            + $"{producer.Frames.Count(frame => frame.IsAnswered)} answered, live {producer.Connection?.IsLive}"));
}
