using FastStream.Engine.Journal;

namespace FastStream.Tests.Journal;

/// <summary>The end of a log once it has been acked: cut anywhere, it is damage and never a torn tail.</summary>
public sealed class AckedTailTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void CutAtAnyByteOfTheLastThreeAckedEntriesItIsRefusedByName(bool truncates)
    {
        string image = _folder["image"];
        string[] payloads = [.. Enumerable.Range(0, 10).Select(index => $"{index} " + new string('a', 30))];
        LogImage.Write(image, payloads, commitEvery: 1);
        LogGeometry geometry = LogManifest.Read("journal", image)!;
        CommitRecord commit = LogRecovery.ReadCommit(geometry, out _);
        List<long> addresses = [];
        using (EntryScanner scanner = new(geometry, direct: false, commit.BeginAddress, commit.UntilAddress, startsAtEntry: true))
        {
            while (scanner.MoveNextOfAnyKind(out long address, out EntryHeader header, out _))
            {
                addresses.Add(header.Kind == EntryKind.Frame ? address : 0);
            }
        }

        addresses.RemoveAll(address => address == 0);
        byte[] whole = File.ReadAllBytes(geometry.SegmentPath(0));
        Assert.Equal(10, addresses.Count);
        for (long cut = addresses[^3]; cut < commit.UntilAddress; cut++)
        {
            if (!truncates && !whole.AsSpan((int)cut).ContainsAnyExcept((byte)0))
            {
                break; // nothing but zeros is left to cut
            }

            byte[] bytes = whole[..(truncates ? (int)cut : whole.Length)];
            bytes.AsSpan((int)cut).Clear();
            File.WriteAllBytes(geometry.SegmentPath(0), bytes);
            JournalDamagedException damage =
                Assert.Throws<JournalDamagedException>(() => LogRecovery.Analyse(geometry, direct: false));
            Assert.Equal(geometry.SegmentPath(0), damage.File);
        }
    }
}
