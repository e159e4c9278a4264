using FastStream.Protocol;

namespace FastStream.Engine.Sequencing;

/// <summary>
/// What the engine knows of one producer of one stream: its identity (epoch, last sequence), its source time, its
/// dictionary and the position up to which it has read its own source.
/// </summary>
/// <remarks>
/// Owner: the sequencer thread (or the replay before it). The dictionary is read by partitions through the array
/// that a ring slot carries; it is append-only, and growth replaces the array, so a reader's array never changes
/// below the count it was published with.
/// </remarks>
internal sealed class ProducerState(int id, int ordinal, StreamState stream, string name)
{
    /// <summary>How many of the latest frames' checksums are kept, to tell a resent frame from another one.</summary>
    public const int RememberedFrames = 128;

    private uint[]? _payloadChecksums; // made by the first frame: a quiet producer costs little
    private ulong _checksumsFrom;
    private byte[] _position = [];
    private int _positionBytes;
    private ulong[] _dictionary = [];

    /// <summary>Number of this producer in the journal, from 1, over all streams.</summary>
    public int Id { get; } = id;

    /// <summary>Number of this producer within its stream, from 0: its leaf in the minimum tree.</summary>
    public int Ordinal { get; } = ordinal;

    public StreamState Stream { get; } = stream;

    public string Name { get; } = name;

    public ulong Epoch { get; private set; }

    /// <summary>Sequence of the last accepted frame of this epoch; 0 before the first.</summary>
    public ulong LastSequence { get; private set; }

    /// <summary>Sequences below it that were lost and may come again.</summary>
    public LostFrames Lost { get; } = new();

    /// <summary>Journal address after the last accepted frame: a duplicate is acked when this is durable.</summary>
    public long LastEndAddress { get; set; }

    /// <summary>Highest event time of its accepted records and time frames.</summary>
    public long Progress { get; set; } = SourceTime.None;

    public bool IsLive { get; set; }

    /// <summary>
    /// It was set aside at least once since it joined: decides how a record for a closed window is counted.
    /// </summary>
    public bool WasSetAside { get; set; }

    /// <summary>Arrival time of its last frame; only the idle scan looks at it.</summary>
    public long LastArrivalNs { get; set; }

    /// <summary>Opaque position of its source, as it came with the last frame that had one; kept over epochs.</summary>
    public ReadOnlySpan<byte> Position => _position.AsSpan(0, _positionBytes);

    /// <summary>The session that holds this producer now, or null. Not part of the state.</summary>
    public Ingress.Session? Session { get; set; }

    /// <summary>
    /// Keys by the producer's own ids; entries below <see cref="DictionaryCount"/> never change in an epoch.
    /// </summary>
    public ulong[] Dictionary => _dictionary;

    public int DictionaryCount { get; private set; }

    /// <summary>Starts a new epoch: sequence and dictionary start anew, source time and position stay.</summary>
    public void OpenEpoch(ulong epoch)
    {
        Epoch = epoch;
        LastSequence = 0;
        Lost.Clear();
        _checksumsFrom = 1;
        _dictionary = [];
        DictionaryCount = 0;
    }

    /// <summary>Notes that the next frame has been accepted, or one that was lost before.</summary>
    public void Accept(ulong sequence, uint payloadChecksum)
    {
        if (sequence <= LastSequence)
        {
            Lost.Remove(sequence);
            if (sequence + RememberedFrames <= LastSequence)
            {
                return; // its place holds the checksum of a later frame
            }
        }

        LastSequence = Math.Max(LastSequence, sequence);
        _payloadChecksums ??= new uint[RememberedFrames];
        _payloadChecksums[sequence % RememberedFrames] = payloadChecksum;
    }

    /// <summary>
    /// Whether the frame differs from the one that was accepted under this sequence, as far as is remembered.
    /// </summary>
    public bool IsReusedIdentity(ulong sequence, uint payloadChecksum)
    {
        bool isRemembered = sequence + RememberedFrames > LastSequence && sequence >= _checksumsFrom;
        return isRemembered
            && _payloadChecksums is not null
            && _payloadChecksums[sequence % RememberedFrames] != payloadChecksum;
    }

    /// <summary>Keeps the position of its source; at most <see cref="WireFormat.MaxPositionBytes"/> bytes.</summary>
    public void KeepPosition(ReadOnlySpan<byte> position)
    {
        if (_position.Length == 0)
        {
            _position = new byte[WireFormat.MaxPositionBytes];
        }

        position.CopyTo(_position);
        _positionBytes = position.Length;
    }

    /// <summary>Appends one key to the dictionary.</summary>
    public void AddToDictionary(ulong key)
    {
        if (DictionaryCount == _dictionary.Length)
        {
            Array.Resize(ref _dictionary, Math.Max(64, 2 * _dictionary.Length));
        }

        _dictionary[DictionaryCount] = key;
        DictionaryCount++;
    }

    /// <summary>Takes the state of a snapshot; checksums of earlier frames are not kept there.</summary>
    public void Restore(ulong epoch, ulong lastSequence, ReadOnlySpan<ulong> dictionary)
    {
        OpenEpoch(epoch);
        LastSequence = lastSequence;
        _checksumsFrom = lastSequence + 1;
        _dictionary = dictionary.ToArray();
        DictionaryCount = dictionary.Length;
    }
}
