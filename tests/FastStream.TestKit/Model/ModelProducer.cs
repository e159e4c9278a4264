namespace FastStream.TestKit.Model;

/// <summary>
/// The state machine of frame identity for one (stream, producer): the epoch, the last sequence number taken in it
/// (accepted or tombstone, by steps of one), and the epoch's dictionary.
/// </summary>
internal sealed class ModelProducer
{
    private readonly List<ModelKey?> _dictionary = [];

    /// <summary>Highest epoch opened.</summary>
    public long Epoch { get; private set; }

    /// <summary>Last sequence taken in that epoch.</summary>
    public long LastSequence { get; private set; }

    /// <summary>Names announced in that epoch.</summary>
    public int DictionaryCount => _dictionary.Count;

    /// <summary>A higher epoch: sequences and dictionary ids start over.</summary>
    public void Open(long epoch)
    {
        if (epoch <= Epoch)
        {
            throw new InvalidOperationException($"epoch {epoch} is not above {Epoch}");
        }

        Epoch = epoch;
        LastSequence = 0;
        _dictionary.Clear();
    }

    /// <summary>Spends the next sequence number.</summary>
    public void Spend(long epoch, long sequence)
    {
        if (epoch != Epoch || sequence != LastSequence + 1)
        {
            throw new InvalidOperationException($"({epoch}, {sequence}) does not follow ({Epoch}, {LastSequence})");
        }

        LastSequence = sequence;
    }

    /// <summary>Announces the next dictionary id; null for a name beyond the stream's limit.</summary>
    public void Announce(ModelKey? key) => _dictionary.Add(key);

    /// <summary>The key of a dictionary id; null for a name beyond the stream's limit.</summary>
    public ModelKey? Resolve(ulong id) => _dictionary[(int)id];

    /// <summary>A copy that shares nothing.</summary>
    public ModelProducer Clone()
    {
        ModelProducer copy = new() { Epoch = Epoch, LastSequence = LastSequence };
        copy._dictionary.AddRange(_dictionary);
        return copy;
    }
}
