using FastStream.Peers.Ceilings;
using FastStream.Peers.Running;

namespace FastStream.Peers;

/// <summary>Every case there is, in the order in which list shows them.</summary>
internal static class PeerCatalog
{
    public static IReadOnlyList<IPeerCase> All { get; } =
    [
        new BufferedAppend(),
        new DirectAppend("fsync-append-direct", blockBytes: 4 << 10, isFlushed: true),
        new DirectAppend("direct-append", blockBytes: 4 << 20, isFlushed: true),
        new DirectAppend("direct-append-unflushed", blockBytes: 4 << 20, isFlushed: false),
        new DirectRead(),
        new TcpEcho(isBusy: false),
        new TcpEcho(isBusy: true),
        new TcpSink(),
    ];

    public static IPeerCase? Find(string name) => All.FirstOrDefault(peer => peer.Facts.Name == name);
}
