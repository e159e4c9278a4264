using System.Security.Cryptography;
using System.Text;
using FastStream.Engine.Memory;
using FastStream.Engine.Results;
using FastStream.Engine.Serving;
using FastStream.Tests.Results;

namespace FastStream.Tests.Serving;

public sealed class DigestTests
{
    [Fact]
    public void TheDumpIsCanonicalTextAndTheDigestItsSha256()
    {
        using MemoryStream dump = new();
        using DigestWriter digest = new(dump);
        digest.BeginStream("flights", "text (delay)");
        digest.AddProducer("gate 7", 2, 19);
        digest.AddCount("records", 5);
        digest.BeginView("1h", "tumbling 1h late 0s by key: count, max(delay)");
        digest.AddCount("applied", 4);
        digest.AddRow(-10, DigestWriter.KeyOf(2, "Zürich %", false), 3, [1.5, double.NaN]);
        digest.AddRow(-10, DigestWriter.KeyOf(1, "Aix", false), 1, [-0.0, double.Epsilon]);
        digest.AddRow(0, DigestWriter.KeyOf(0, null, true), 2, [1]);
        digest.AddRow(10, DigestWriter.KeyOf(255, null, false), 2, []);
        string hex = digest.Complete();
        Assert.Equal(
            """
            faststream digest 1
            stream flights text (delay)
            producer gate%207 epoch 2 last 19
            count records 5
            view 1h tumbling 1h late 0s by key: count, max(delay)
            count applied 4
            window -10
            Aix 1 8000000000000000 0000000000000001
            Z%C3%BCrich%20%25 3 3ff8000000000000 7ff8000000000000
            window 0
            * 2 3ff0000000000000
            window 10
            00000000000000ff 2

            """.ReplaceLineEndings("\n"),
            Encoding.UTF8.GetString(dump.ToArray()));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(dump.ToArray())), hex);
        Assert.Equal("6f2646acdf2c1074bdd14c5b9ace96e17880230a8cc2ac68e9d7742527a13711", hex);
    }

    [Fact]
    public void AnotherNaNIsTheSameAbsence()
    {
        double other = BitConverter.Int64BitsToDouble(unchecked((long)0xFFF8_0000_0000_0001));
        Assert.Equal(DigestOf(double.NaN), DigestOf(other));
        Assert.NotEqual(DigestOf(0.0), DigestOf(-0.0));
    }

    [Fact]
    public void PartsOutOfOrderAreRefused()
    {
        using DigestWriter digest = new();
        Assert.Throws<InvalidOperationException>(() => digest.AddProducer("p", 1, 1));
        Assert.Throws<InvalidOperationException>(() => digest.AddRow(0, "k", 1, []));
        digest.BeginStream("b", "");
        Assert.Throws<InvalidOperationException>(() => digest.BeginStream("a", ""));
        digest.BeginView("v", "");
        Assert.Throws<InvalidOperationException>(() => digest.AddProducer("p", 1, 1));
        digest.AddRow(10, "k", 1, []);
        Assert.Throws<InvalidOperationException>(() => digest.AddRow(9, "k", 1, []));
        Assert.Throws<InvalidOperationException>(() => digest.AddCount("late", 1));
    }

    [Theory]
    [InlineData(31)]
    [InlineData(32)]
    public void TheDigestIsTheSameForEveryPartitionCountAndWhetherWindowsAreOpenOrClosed(int seed)
    {
        List<TestClose> closes = ResultsHarness.RandomCloses(seed);
        HashSet<string> digests = [];
        foreach (int partitionCount in new[] { 1, 2, 3, 8 })
        {
            using ResultsHarness harness = new(partitionCount, seed + partitionCount);
            harness.Feed(closes);
            digests.Add(DigestOf(harness, includeOpen: false));
        }

        using ResultsHarness half = new(2, seed) { JournalDurable = closes[closes.Count / 2].Cause };
        half.Feed(closes[..Math.Min(closes.Count, 20)]);
        Assert.NotEqual(0, half.Stage.PendingEntryCount);
        string open = DigestOf(half, includeOpen: true);
        half.JournalDurable = ResultsHarness.JournalEnd;
        half.Turn();
        Assert.Equal(0, half.Stage.PendingEntryCount);
        Assert.Equal(DigestOf(half, includeOpen: false), open);
        Assert.Single(digests);
    }

    [Fact]
    public void ARowThatMovedWhileItWasGatheredIsWrittenOnceAndItsLastRevisionCounts()
    {
        ResultsView view = ResultsHarness.CreateView(1);
        string once = DigestOf(view, [Row(0, 1, 5)], [Row(0, 2, 6), Row(10, 1, 7)]);
        Assert.Equal(once, DigestOf(view, [Row(0, 1, 5), Row(0, 2, 6)], [Row(0, 2, 6), Row(10, 1, 7)]));
        Assert.Equal(once, DigestOf(view, [Row(0, 1, 4), Row(0, 1, 5, revision: 1)], [Row(0, 2, 6), Row(10, 1, 7)]));
        Assert.NotEqual(once, DigestOf(view, [Row(0, 1, 5)], [Row(10, 1, 7)]));
    }

    private static WindowRow Row(long start, ulong key, double value, int revision = 0) => new()
    {
        StartNs = start,
        EndNs = start + 10,
        Key = key,
        KeyText = null,
        Count = 1,
        Values = [value],
        State = WindowState.Closed,
        Revision = revision,
        Address = 1,
    };

    private static string DigestOf(ResultsView view, WindowRow[] closed, WindowRow[] open)
    {
        using DigestWriter digest = new();
        digest.BeginStream("flights", "");
        digest.BeginView("v1", "");
        DigestRows.AddTo(digest, view, closed, open);
        return digest.Complete();
    }

    private static string DigestOf(double value)
    {
        using DigestWriter digest = new();
        digest.BeginStream("s", "");
        digest.BeginView("v", "");
        digest.AddRow(0, "k", 1, [value]);
        return digest.Complete();
    }

    private static string DigestOf(ResultsHarness harness, bool includeOpen)
    {
        using DigestWriter digest = new();
        digest.BeginStream("flights", "");
        foreach (uint viewId in new uint[] { 1, 2 })
        {
            ResultsView view = ResultsHarness.CreateView(viewId);
            digest.BeginView(view.View.Name, view.View.Text);
            WindowQuery all = new() { Stream = "flights", View = view.View.Name, Limit = int.MaxValue };
            var open = new WindowRowCollector(view, all, null);
            if (includeOpen)
            {
                harness.Stage.VisitPending(view.StreamId, view.ViewId, open.AddOpen, open.AddOpen);
            }

            WindowQueryRunner runner = new(harness.Log, harness.Stage.Index, new BlockPool(1 << 24));
            DigestRows.AddTo(digest, view, runner.ReadAll(view), open.Complete(false).Rows);
        }

        return digest.Complete();
    }
}
