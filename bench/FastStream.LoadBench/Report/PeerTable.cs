using FastStream.LoadBench.Cases;
using FastStream.LoadBench.Goals;

namespace FastStream.LoadBench.Report;

/// <summary>Records a second of what a user would pick instead beside ours of the same kind.</summary>
internal static class PeerTable
{
    public static void Write(BenchLog log, IReadOnlyList<Round> rounds)
    {
        log.Table("");
        log.Table($"{"in records a second",-56} {"theirs",12} {"FastStream",12}  margin   least and most");
        foreach (Peer peer in Peer.All)
        {
            if (Outcome.Of(rounds, peer.Case, Figure.RecordsPerSecond) is not Outcome theirs
                || Outcome.Of(rounds, peer.Ours, Figure.RecordsPerSecond) is not Outcome ours
                || Outcome.Of(rounds, Margin(peer)) is not Outcome margin)
            {
                log.Table($"{peer.Shown,-56} {"not measured",12}");
                continue;
            }

            bool isEven = margin.Median is < Goal.EvenMargin and > 1 / Goal.EvenMargin;
            string shown = isEven ? "even" : Number.Show(margin.Median) + "x";
            log.Table($"{peer.Shown,-56} {Number.Show(theirs.Median),12} {Number.Show(ours.Median),12}  {shown,-7}  "
                + $"{Number.Show(margin.Least)} .. {Number.Show(margin.Most)}   {peer.Ours}");
        }
    }

    private static Func<Round, double?> Margin(Peer peer) =>
        round => round.Ratio((peer.Ours, Figure.RecordsPerSecond), (peer.Case, Figure.RecordsPerSecond));
}
