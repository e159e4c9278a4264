using FastStream.Protocol;

namespace FastStream.Overload.Clients;

/// <summary>Many connections that have said hello and then say nothing.</summary>
internal sealed class IdleCrowd : IDisposable
{
    private const int ConnectionsPerAddress = 250;

    private readonly List<LoopbackClient> _clients = [];

    /// <summary>Connections that stand.</summary>
    public int Count => _clients.Count;

    /// <summary>Opens them from as many addresses as the server's limit of 256 an address asks for.</summary>
    /// <param name="port">The server.</param>
    /// <param name="count">How many.</param>
    /// <param name="producerOf">The name of a connection's producer; "" for one that only asks.</param>
    /// <param name="firstAddress">The last number of the first address, 127.0.0.x.</param>
    public static IdleCrowd Open(int port, int count, Func<int, string> producerOf, int firstAddress = 2)
    {
        IdleCrowd crowd = new();
        try
        {
            for (int first = 0; first < count; first += ConnectionsPerAddress)
            {
                // Greetings of one address go out before the first answer is read: opening costs one flush for many.
                int last = Math.Min(count, first + ConnectionsPerAddress);
                for (int i = first; i < last; i++)
                {
                    LoopbackClient client = LoopbackClient.Connect(port, firstAddress + (i / ConnectionsPerAddress));
                    crowd._clients.Add(client);
                    client.SendGreeting("idle", producerOf(i), AckLevel.Durable);
                }

                for (int i = first; i < last; i++)
                {
                    _ = crowd._clients[i].ReadGreeting(producerOf(i).Length > 0);
                    crowd._clients[i].Rest();
                }
            }

            return crowd;
        }
        catch
        {
            crowd.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _clients.ForEach(client => client.Dispose());
        _clients.Clear();
    }
}
