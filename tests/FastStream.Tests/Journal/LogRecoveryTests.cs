using FastStream.Engine.Journal;

namespace FastStream.Tests.Journal;

/// <summary>
/// What opening makes of files that are torn or damaged. Method: small images, changed byte by byte; each must open
/// with what it should hold, or be refused with the place named.
/// </summary>
public sealed class LogRecoveryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ATornTailIsCutAfterTheLastWholeEntryAtEveryByte(bool garbage)
    {
        string image = _folder["image"];
        string[] payloads = ["one", "two", "three"];
        long[] addresses = WriteWithUncommittedTail(image, payloads, out long end);
        string torn = _folder["torn"];
        LogImage.Copy(image, torn);
        LogGeometry geometry = LogManifest.Read("journal", torn)!;
        byte[] whole = File.ReadAllBytes(geometry.SegmentPath(0));
        Random random = new(3);
        for (long cut = addresses[0]; cut < end; cut++)
        {
            byte[] bytes = (byte[])whole.Clone();
            Span<byte> lost = bytes.AsSpan((int)cut);
            lost.Clear();
            if (garbage)
            {
                random.NextBytes(lost[..Math.Min(4096, lost.Length)]);
                bytes[cut] = (byte)(whole[cut] ^ 0x55);
            }

            File.WriteAllBytes(geometry.SegmentPath(0), bytes);
            RecoveredLog recovered = LogRecovery.Analyse(geometry, direct: false);

            // What is lost may be the very bytes that stood there; what fills an entry up to four does not matter.
            int expected = addresses.Zip(payloads).Count(pair =>
                SameUpTo(pair.First + LogGeometry.LeastEntryBytes + pair.Second.Length, bytes, whole));
            Assert.Equal(expected, recovered.RolledForwardCount);
        }
    }

    [Fact]
    public void AfterACutTheLogGoesOnAndStaysSound()
    {
        string image = _folder["image"];
        long[] addresses = WriteWithUncommittedTail(image, ["one", "two", "three"], out _);
        LogGeometry geometry = LogManifest.Read("journal", image)!;
        using (FileStream file = File.OpenWrite(geometry.SegmentPath(0)))
        {
            file.Position = addresses[2] + 20; // inside the header of "three"
            file.Write(new byte[50]);
        }

        Assert.Equal(["committed", "one", "two"], LogImage.Read(image));
        LogImage.Write(image, ["four", "five"], commitEvery: 1);
        Assert.Equal(["committed", "one", "two", "four", "five"], LogImage.Read(image));
        Assert.True(LogVerifier.VerifyLog("journal", image).IsSound);
    }

    [Fact]
    public void WhatWasRolledForwardIsCommittedBeforeAnybodySeesIt()
    {
        string image = _folder["image"];
        WriteWithUncommittedTail(image, ["one", "two"], out long end);
        using LogThreads threads = new();
        using FasterEntryLog log = EntryLogs.Open(threads, "journal", image, LogImage.Tiny);
        Assert.Equal(3, log.Recovered.RolledForwardCount); // with the padding
        Assert.True(log.DurableAddress >= end);
        Assert.Equal(log.TailAddress, log.DurableAddress);
        LogGeometry geometry = log.Geometry;
        Assert.Equal(log.DurableAddress, LogRecovery.ReadCommit(geometry, out _).UntilAddress);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(128 << 20)]
    [InlineData(1L << 30)]
    public void ItLooksPastTheEndOfALogForTwiceItsMemory(long memoryBytes)
    {
        string image = _folder["image"];
        LogImage.Write(image, ["any"], commitEvery: 1);
        long bytes = LogRecovery.LookAheadBytes(LogManifest.Read("journal", image)!, memoryBytes);
        Assert.Equal(Math.Max(256L << 20, 2 * memoryBytes), bytes);
    }

    [Fact]
    public void DamageBelowWhatALaterEntryKnowsToBeDurableIsNotATornTail()
    {
        // Both commits that would prove it are gone; only the entry after them still knows.
        string image = _folder["image"];
        byte[] oldCommits = [];
        long first = 0;
        using (LogThreads threads = new())
        using (FasterEntryLog log = EntryLogs.Open(threads, "journal", image, LogImage.Tiny))
        {
            oldCommits = File.ReadAllBytes(log.Geometry.CommitsPath);
            first = LogImage.Append(log, "first");
            LogImage.Commit(log);
            LogImage.Append(log, "second, which knows that the first was durable");
            LogImage.Commit(log);
        }

        LogGeometry geometry = LogManifest.Read("journal", image)!;
        File.WriteAllBytes(geometry.CommitsPath, oldCommits);
        Flip(geometry.SegmentPath(0), first + 134);
        JournalDamagedException damage =
            Assert.Throws<JournalDamagedException>(() => LogRecovery.Analyse(geometry, direct: false));
        Assert.Equal(geometry.SegmentPath(0), damage.File);
        Assert.Equal(first, damage.OffsetBytes);
        Assert.Contains("durable", damage.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("truncate")]
    [InlineData("halve")]
    [InlineData("zero")]
    [InlineData("delete")]
    [InlineData("flip")]
    public void EveryFileOfALogIsNamedWhenItIsDamagedOrItsLossChangesNothing(string how)
    {
        string image = _folder["image"];
        string[] payloads = [.. Enumerable.Range(0, 300).Select(index => $"{index} " + new string('x', index * 3))];
        LogImage.Write(image, payloads, commitEvery: 50);
        string[] files = [.. Directory.EnumerateFiles(image).Select(path => Path.GetFileName(path)!)];
        Assert.True(files.Length > 5, "several segments");
        int damagedCount = 0;
        foreach (string file in files)
        {
            string copy = _folder["copy"];
            LogImage.Copy(image, copy);
            Harm(Path.Combine(copy, file), how);
            bool isSound = LogVerifier.VerifyLog("journal", copy).IsSound;
            try
            {
                Assert.Equal(payloads, LogImage.Read(copy));
                Assert.True(isSound);
            }
            catch (JournalDamagedException damage)
            {
                Assert.Equal(file, Path.GetFileName(damage.File));
                Assert.False(isSound);
                damagedCount++;
            }
        }

        Assert.True(damagedCount >= 3, $"{damagedCount} of {files.Length} seen");
    }

    [Fact]
    public void AFlippedBitAnywhereIsSeenOrChangesNothing()
    {
        string image = _folder["image"];
        string[] payloads = [.. Enumerable.Range(0, 40).Select(index => $"{index} " + new string('y', index))];
        LogImage.Write(image, payloads, commitEvery: 7);
        LogGeometry geometry = LogManifest.Read("journal", image)!;
        byte[] whole = File.ReadAllBytes(geometry.SegmentPath(0));
        long committed = LogRecovery.ReadCommit(geometry, out _).UntilAddress;
        int seen = 0;
        for (int offset = (int)LogGeometry.FirstAddress; offset < committed; offset += 5)
        {
            byte[] bytes = (byte[])whole.Clone();
            bytes[offset] ^= (byte)(1 << (offset % 8));
            File.WriteAllBytes(geometry.SegmentPath(0), bytes);
            try
            {
                LogRecovery.Analyse(geometry, direct: false);
                Assert.True(IsAlignment(offset), $"a flip at {offset} went unseen");
            }
            catch (JournalDamagedException)
            {
                seen++;
            }
        }

        Assert.True(seen > 1000);

        // The bytes that fill an entry up to four belong to nobody.
        bool IsAlignment(int offset) => whole[offset] == 0;
    }

    [Fact]
    public void EntriesThatVanishAtAPagesEndAreMissed()
    {
        // Zeros up to the page's end look like a page's unused rest; only the sequence on the next page tells.
        string image = _folder["image"];
        long middle = 0;
        using (LogThreads threads = new())
        using (FasterEntryLog log = EntryLogs.Open(threads, "journal", image, LogImage.Tiny))
        {
            for (int index = 0; index < 30; index++)
            {
                long address = LogImage.Append(log, new string('p', 5000));
                middle = index == 6 ? address : middle;
            }

            LogImage.Commit(log);
        }

        LogGeometry geometry = LogManifest.Read("journal", image)!;
        using (FileStream file = File.OpenWrite(geometry.SegmentPath(0)))
        {
            file.Position = middle;
            file.Write(new byte[geometry.SegmentBytes - middle]);
        }

        JournalDamagedException damage = Assert.Throws<JournalDamagedException>(() => LogImage.Read(image));
        Assert.Equal((geometry.SegmentPath(0), middle), (damage.File, damage.OffsetBytes));
        Assert.Contains("missing", damage.What, StringComparison.Ordinal);
    }

    [Fact]
    public void TwoUnreadableCommitsOverExistingBytesAreDamageNotAnEmptyLog()
    {
        string image = _folder["image"];
        LogImage.Write(image, ["kept"], commitEvery: 1);
        string commits = Path.Combine(image, "commits");
        File.WriteAllBytes(commits, new byte[CommitSlots.FileBytes]);
        JournalDamagedException damage = Assert.Throws<JournalDamagedException>(() => LogImage.Read(image));
        Assert.Equal(commits, damage.File);
    }

    [Fact]
    public void OneLostCommitIsMadeGoodByRollingForward()
    {
        string image = _folder["image"];
        LogImage.Write(image, ["one", "two", "three"], commitEvery: 1);
        string commits = Path.Combine(image, "commits");
        CommitSlots.FindNewest(File.ReadAllBytes(commits), out int newest);
        Flip(commits, (newest * CommitSlots.SlotBytes) + 30);
        Assert.Equal(["one", "two", "three"], LogImage.Read(image));
    }

    [Fact]
    public void AnInterruptedCreationBeginsAnew()
    {
        string image = _folder["image"];
        LogImage.Write(image, [], commitEvery: 1);
        File.Delete(Path.Combine(image, "manifest.json"));
        LogImage.Write(image, ["first"], commitEvery: 1);
        Assert.Equal(["first"], LogImage.Read(image));
    }

    [Fact]
    public void AManifestOfAnotherVersionIsRefusedWithBothNumbers()
    {
        string image = _folder["image"];
        LogImage.Write(image, ["kept"], commitEvery: 1);
        string manifest = Path.Combine(image, "manifest.json");
        string json = File.ReadAllLines(manifest)[0].Replace("Version\":1", "Version\":2", StringComparison.Ordinal);
        File.WriteAllText(manifest, $"{json}\n{LogManifest.Checksum(json)}\n");
        DataFolderException refused = Assert.Throws<DataFolderException>(() => LogImage.Read(image));
        Assert.Contains("version 2", refused.Message, StringComparison.Ordinal);
        Assert.Contains("version 1", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AVerificationNamesEveryDamagedPlace()
    {
        string image = _folder["image"];
        string[] payloads = [.. Enumerable.Range(0, 300).Select(index => $"{index} " + new string('x', index * 3))];
        LogImage.Write(image, payloads, commitEvery: 50);
        LogGeometry geometry = LogManifest.Read("journal", image)!;
        Flip(geometry.SegmentPath(0), 9000);
        Flip(geometry.SegmentPath(2), 700);
        LogReport report = LogVerifier.VerifyLog("journal", image);
        Assert.Equal(
            [geometry.SegmentPath(0), geometry.SegmentPath(2)],
            report.Damages.Select(damage => damage.File));
    }

    /// <summary>A committed entry, then others that were written but whose commit never came.</summary>
    private static long[] WriteWithUncommittedTail(string directory, string[] payloads, out long end)
    {
        using LogThreads threads = new();
        using FasterEntryLog log = EntryLogs.Open(threads, "journal", directory, LogImage.Tiny);
        LogImage.Append(log, "committed");
        LogImage.Commit(log);
        byte[] commits = File.ReadAllBytes(log.Geometry.CommitsPath);
        long[] addresses = [.. payloads.Select(payload => LogImage.Append(log, payload))];
        end = log.TailAddress;
        LogImage.Commit(log);
        log.Dispose();
        File.WriteAllBytes(log.Geometry.CommitsPath, commits);
        return addresses;
    }

    private static bool SameUpTo(long end, byte[] left, byte[] right) =>
        left.AsSpan(0, (int)end).SequenceEqual(right.AsSpan(0, (int)end));

    private static void Flip(string path, long offset)
    {
        byte[] bytes = File.ReadAllBytes(path);
        bytes[offset] ^= 0x10;
        File.WriteAllBytes(path, bytes);
    }

    private static void Harm(string path, string how)
    {
        byte[] bytes = File.ReadAllBytes(path);
        switch (how)
        {
            case "truncate":
                File.WriteAllBytes(path, []);
                break;
            case "halve":
                File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
                break;
            case "zero":
                File.WriteAllBytes(path, new byte[bytes.Length]);
                break;
            case "delete":
                File.Delete(path);
                break;
            default:
                Flip(path, bytes.Length / 3);
                break;
        }
    }
}
