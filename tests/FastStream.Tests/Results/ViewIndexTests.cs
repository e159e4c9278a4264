using FastStream.Engine.Results;

namespace FastStream.Tests.Results;

/// <summary>Goal: binary searches find what a scan finds. Method: random windows against plain filters.</summary>
public sealed class ViewIndexTests
{
    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void RangesAndKeysAreFoundAsAScanFindsThem(int seed)
    {
        var random = new Random(seed);
        (ViewIndex index, List<IndexedEntry> all) = Fill(random, windowCount: 300);
        for (int i = 0; i < 400; i++)
        {
            long from = random.Next(-5, 310) * 10;
            long to = from + random.Next(0, 60) * 10;
            int limit = random.Next(1, 40);
            List<IndexedEntry> range = [.. all.Where(e => e.StartNs >= from && e.StartNs < to)];
            Assert.Equal(range, FindAll(limit, (after, found) => index.CopyRange(from, to, after, limit, found)));

            ulong key = (ulong)random.Next(2_000);
            List<IndexedEntry> holding = [.. range
                .GroupBy(e => (e.StartNs, e.Revision))
                .Select(window => window.LastOrDefault(e => KeyOrder.Compare(e.FirstKey, key) <= 0))
                .Where(e => e.RowCount > 0)];
            Assert.Equal(holding, FindAll(limit, (after, found) => index.CopyKey(key, from, to, after, limit, found)));
        }
    }

    [Fact]
    public void DroppingForgetsWhatLiesBelowTheAddress()
    {
        (ViewIndex index, List<IndexedEntry> all) = Fill(new Random(5), windowCount: 50);
        long address = all[all.Count / 2].Address;
        index.DropBefore(address);
        Assert.Equal(all.Where(e => e.Address >= address), index.Entries.ToArray());
    }

    private static List<IndexedEntry> FindAll(int limit, Action<IndexedEntry?, List<IndexedEntry>> find)
    {
        List<IndexedEntry> all = [];
        IndexedEntry? after = null;
        while (true)
        {
            List<IndexedEntry> found = [];
            find(after, found);
            Assert.True(found.Count <= limit);
            all.AddRange(found);
            if (found.Count < limit)
            {
                return all;
            }

            after = found[^1];
        }
    }

    private static (ViewIndex Index, List<IndexedEntry> Sorted) Fill(Random random, int windowCount)
    {
        ViewIndex index = new();
        List<IndexedEntry> all = [];
        long address = 64;
        foreach (int window in Enumerable.Range(0, windowCount).OrderBy(w => w + random.Next(4)))
        {
            for (int revision = 0; revision <= (random.Next(9) == 0 ? 1 : 0); revision++)
            {
                int entryCount = random.Next(5) == 0 ? random.Next(1, 30) : 1;
                HashSet<ulong> keys = [.. Enumerable.Range(0, entryCount).Select(_ => (ulong)random.Next(2_000))];
                List<ulong> firstKeys = [.. keys];
                firstKeys.Sort(KeyOrder.Compare);
                foreach (ulong firstKey in firstKeys)
                {
                    var entry = new IndexedEntry(window * 10, window * 10 + 10, address, firstKey, 1, revision);
                    index.Add(in entry);
                    all.Add(entry);
                    address += 100;
                }
            }
        }

        all.Sort((left, right) => IndexedEntry.Compare(in left, in right));
        return (index, all);
    }
}
