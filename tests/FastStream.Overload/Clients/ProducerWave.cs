using System.Diagnostics;
using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.Overload.Clients;

/// <summary>
/// Many producers that come at once: all connect and say hello before any answer is read, then all send before any ack
/// is read. Shared out over a few threads.
/// </summary>
internal sealed class ProducerWave : IDisposable
{
    private const int Threads = 4;
    private const int ConnectionsPerAddress = 250;

    private readonly int _port;
    private readonly int _first;
    private readonly LoopbackClient?[] _clients;
    private readonly WelcomeFields[] _welcomes;

    public ProducerWave(int port, int first, int count)
    {
        _port = port;
        _first = first;
        _clients = new LoopbackClient?[count];
        _welcomes = new WelcomeFields[count];
    }

    /// <summary>What each was told, by its place in the wave.</summary>
    public IReadOnlyList<WelcomeFields> Welcomes => _welcomes;

    /// <summary>Connects and greets; the epoch 0 asks for the next. Returns how long it took.</summary>
    public TimeSpan Open(string stream, ulong epoch)
    {
        Stopwatch watch = Stopwatch.StartNew();
        ForEach(i =>
        {
            LoopbackClient client = LoopbackClient.Connect(_port, 2 + (i / ConnectionsPerAddress));
            _clients[i] = client;
            client.SendGreeting(stream, $"producer-{_first + i}", AckLevel.Durable, KeyKind.U64, epoch);
        });
        ForEach(i => _welcomes[i] = _clients[i]!.ReadGreeting(hasProducer: true));
        return watch.Elapsed;
    }

    /// <summary>Every producer sends these frames of one record each, then all read their acks.</summary>
    public (TimeSpan Time, AckCounts Counts) Send(ulong firstSequence, ulong lastSequence)
    {
        Stopwatch watch = Stopwatch.StartNew();
        ForEach(i =>
        {
            for (ulong sequence = firstSequence; sequence <= lastSequence; sequence++)
            {
                int key = _first + i;
                _clients[i]!.Send(RecordFrame.Of(sequence, 1, _ => (ulong)(key % 1_000)));
            }
        });
        AckCounts[] counts = new AckCounts[_clients.Length];
        ForEach(i =>
        {
            counts[i] = _clients[i]!.ReadAcks(lastSequence);
            _clients[i]!.Rest();
        });
        return (watch.Elapsed, counts.Aggregate(new AckCounts(), (sum, one) => sum + one));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (LoopbackClient? client in _clients)
        {
            client?.Dispose();
        }
    }

    private void ForEach(Action<int> act)
    {
        List<Exception> faults = [];
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(number => new Thread(() =>
        {
            try
            {
                for (int i = number; i < _clients.Length; i += Threads)
                {
                    act(i);
                }
            }
#pragma warning disable CA1031 // Handed on to the caller.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                lock (faults)
                {
                    faults.Add(fault);
                }
            }
        })
        { IsBackground = true })];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        if (faults.Count > 0)
        {
            throw new AggregateException("producers of the wave failed", faults);
        }
    }
}
