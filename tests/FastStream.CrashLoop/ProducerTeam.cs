using FastStream.Protocol;

namespace FastStream.CrashLoop;

/// <summary>All producers of a load, sent out and called back together. One controller.</summary>
internal sealed class ProducerTeam : IDisposable
{
    private readonly CrashProducer[] _members;

    public ProducerTeam(CrashLoad load, Func<int, AckLevel> levelOf, int seed, int reconnectOneIn)
    {
        Random random = new(seed);
        _members =
        [
            .. load.Sources(levelOf).Select(source =>
                new CrashProducer(source, random.Next()) { ReconnectOneIn = reconnectOneIn }),
        ];
    }

    public IReadOnlyList<CrashProducer> Members => _members;

    public long AckedFrames => _members.Sum(producer => producer.Acked);

    /// <summary>Every producer is there before any goes on, so that no record is late because of the start.</summary>
    public async Task BeginAsync(int port)
    {
        foreach (CrashProducer producer in _members)
        {
            producer.Accept(producer.Connect(port));
            producer.Play(until: 1);
            await producer.RestAsync(giveUp: false);
        }
    }

    /// <summary>They send until they are told to give up.</summary>
    public void Play()
    {
        foreach (CrashProducer producer in _members)
        {
            producer.Play();
        }
    }

    /// <summary>They stop while the server lives, with every frame that was sent acked.</summary>
    public async Task FinishAsync()
    {
        foreach (CrashProducer producer in _members)
        {
            producer.Finish();
        }

        await RestAsync(giveUp: false);
    }

    /// <summary>They send until so many frames of each are acked.</summary>
    public async Task PlayAsync(Func<CrashProducer, long> until)
    {
        foreach (CrashProducer producer in _members)
        {
            producer.Play(until(producer));
        }

        await RestAsync(giveUp: false);
    }

    /// <summary>Returns when all rest; whoever gives up no longer tries to connect.</summary>
    public async Task RestAsync(bool giveUp)
    {
        foreach (CrashProducer producer in _members)
        {
            await producer.RestAsync(giveUp);
        }
    }

    /// <summary>Records in the promised frames of a stream; while they rest.</summary>
    public long AckedRecordsOf(string stream) =>
        _members.Where(producer => producer.Stream == stream).Sum(producer => producer.AckedRecords);

    public void Dispose()
    {
        foreach (CrashProducer producer in _members)
        {
            producer.Dispose();
        }
    }
}
