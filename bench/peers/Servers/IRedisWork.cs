using FastStream.Peers.Running;

namespace FastStream.Peers.Servers;

/// <summary>What Redis is told for a record, and what it must hold in the end.</summary>
internal interface IRedisWork
{
    string Peer { get; }

    string Work { get; }

    int CommandsPerRecord { get; }

    string Note { get; }

    /// <summary>Appends the commands of one record.</summary>
    void Write(MemoryStream commands, PreparedRecords records, int index);

    void Check(RedisConnection connection, AckedBatches acked);
}
