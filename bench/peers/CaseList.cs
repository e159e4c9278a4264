using System.Text;
using System.Text.Json;
using FastStream.Peers.Running;

namespace FastStream.Peers;

/// <summary>What list prints.</summary>
internal static class CaseList
{
    public static string Text(PeerLoad load)
    {
        StringBuilder text = new();
        foreach (IPeerCase peer in PeerCatalog.All)
        {
            PeerFacts facts = peer.Facts;
            string runs = peer.WhyNot(load) is string reason ? $"cannot run here: {reason}" : peer.Version;
            text.AppendLine($"{facts.Name,-24} {facts.Durability,-12} {facts.Work,-11} {facts.Peer}; {runs}");
        }

        return text.ToString();
    }

    public static string Json(PeerLoad load)
    {
        var cases = PeerCatalog.All.Select(peer =>
        {
            string? reason = peer.WhyNot(load);
            return new
            {
                Case = peer.Facts.Name,
                peer.Facts.Peer,
                Version = reason is null ? peer.Version : "",
                peer.Facts.Durability,
                peer.Facts.Work,
                peer.Facts.Connections,
                peer.Facts.AckMeans,
                CanRun = reason is null,
                WhyNot = reason ?? "",
            };
        });
        return JsonSerializer.Serialize(new { PeerReport.Schema, Cases = cases }, PeerReport.JsonOptions) + "\n";
    }
}
