using FastStream.Engine;
using FastStream.Engine.Journal;
using FastStream.Engine.Monitoring;
using FastStream.Engine.Repair;
using FastStream.Protocol;
using FastStream.TestKit.Engines;
using Xunit.Abstractions;

namespace FastStream.SystemTests;

/// <summary>
/// A damaged folder is repaired into another one: everything sound is kept, what is lost is named exactly, the copy
/// opens, balances and goes on, and the damaged folder stays as it was.
/// </summary>
public sealed class RepairTests(ITestOutputHelper output)
{
    [Fact]
    public async Task FramesWhosePayloadIsDamagedAreLostAloneAndNamed()
    {
        using SampleFolder sample = await SampleFolder.WriteAsync();
        SampleEntry[] frames = [.. sample.EntriesOf("journal").Where(e => e.Header.Kind == EntryKind.Frame && e.Header.ProducerId == 1)];
        SampleEntry[] hit = [frames[10], frames[11], frames[40]];
        string copy = sample.Copy();
        Array.ForEach(hit, entry => FileDamage.Flip(Path.Combine(copy, entry.File), entry.InPayload));

        (RepairReport report, string repaired) = Repair(sample, copy);
        Assert.Equal(
            hit.Select(entry => ("frames", "s", "p", 1ul, entry.Header.FrameSequence, entry.Header.FrameSequence)),
            report.Lost.Select(range =>
                (range.What, range.Stream!, range.Producer!, range.Epoch, range.FirstSequence, range.LastSequence)));
        await OpensAndGoesOnAsync(repaired, lostRecords: hit.Length * SampleFolder.RecordsPerFrame);
    }

    [Fact]
    public async Task FramesWhoseHeadersAreGoneAreNamedByTheSequencesAroundThem()
    {
        using SampleFolder sample = await SampleFolder.WriteAsync();
        List<SampleEntry> entries = sample.EntriesOf("journal");
        int first = entries.FindIndex(e => e.Header is { Kind: EntryKind.Frame, ProducerId: 1, FrameSequence: 20 });
        SampleEntry from = entries[first];
        SampleEntry until = entries[first + 9];
        Assert.Equal(from.File, until.File);
        string copy = sample.Copy();
        FileDamage.Zero(Path.Combine(copy, from.File), from.OffsetBytes, until.OffsetBytes - from.OffsetBytes);

        (RepairReport report, string repaired) = Repair(sample, copy);
        SampleEntry[] gone = [.. entries[first..(first + 9)].Where(e => e.Header.Kind == EntryKind.Frame)];
        foreach (IGrouping<uint, SampleEntry> group in gone.GroupBy(e => e.Header.ProducerId))
        {
            LostRange range = Assert.Single(report.Lost, range =>
                range.What == "frames" && range.FirstSequence == group.Min(e => e.Header.FrameSequence)
                && range.LastSequence == group.Max(e => e.Header.FrameSequence)
                && range.Producer == group.Key switch { 1 => "p", 2 => "q", _ => "w" });
            Assert.True(range.ArrivedAfterNs <= group.Min(e => e.Header.ArrivalNs));
            Assert.True(range.ArrivedBeforeNs >= group.Max(e => e.Header.ArrivalNs));
        }

        int lost = gone.Sum(e => e.Header.ProducerId == 3 ? 0 : SampleFolder.RecordsPerFrame);
        await OpensAndGoesOnAsync(repaired, lost);
    }

    [Fact]
    public async Task ALostFrameCanBeDeliveredAgainOnce()
    {
        using SampleFolder sample = await SampleFolder.WriteAsync();
        SampleEntry[] frames = [.. sample.EntriesOf("journal").Where(e => e.Header.Kind == EntryKind.Frame && e.Header.ProducerId == 1)];
        SampleEntry[] hit = [frames[10], frames[11], frames[12]];
        byte[][] bytes = [.. hit.Select(entry => ReadPayload(Path.Combine(sample.Sound, entry.File), entry))];
        string copy = sample.Copy();
        Array.ForEach(hit, entry => FileDamage.Flip(Path.Combine(copy, entry.File), entry.InPayload));
        (_, string repaired) = Repair(sample, copy);

        using (IngestionEngine engine = SampleFolder.Open(repaired))
        {
            EngineSession session = await EngineSession.OpenAsync(engine.Core, "s", "p", KeyKind.U64, epoch: 1, ["a"]);
            Assert.Equal((ErrorCode.None, false), Told(await session.OfferAsync(bytes[1])));
            Assert.Equal((ErrorCode.None, true), Told(await session.OfferAsync(bytes[1])));
            Assert.True(await engine.SnapshotAsync()); // remembers what is still missing
        }

        string digest;
        using (IngestionEngine engine = SampleFolder.Open(repaired))
        {
            EngineSession session = await EngineSession.OpenAsync(engine.Core, "s", "p", KeyKind.U64, epoch: 1, ["a"]);
            Assert.Equal(SampleFolder.FrameCount / 2, session.LastSequence);
            Assert.Equal((ErrorCode.None, true), Told(await session.OfferAsync(bytes[1])));
            Assert.Equal((ErrorCode.None, false), Told(await session.OfferAsync(bytes[0])));
            Assert.Equal((ErrorCode.None, false), Told(await session.OfferAsync(bytes[2])));
            Ledger ledger = await engine.LedgerAsync();
            Assert.True(ledger.Balanced);
            Assert.Equal(
                SampleFolder.FrameCount * SampleFolder.RecordsPerFrame,
                ledger.Streams.Single(stream => stream.Stream == "s").Records);
            digest = await engine.DigestAsync();
        }

        Assert.Equal(digest, await IngestionEngine.DigestAsync(repaired));
    }

    [Fact]
    public async Task WhatASnapshotHoldsIsNotLost()
    {
        using SampleFolder sample = await SampleFolder.WriteAsync(snapshotsAfter: [50, 100]);
        SampleEntry[] frames = [.. sample.EntriesOf("journal").Where(e => e.Header.Kind == EntryKind.Frame)];
        string copy = sample.Copy();
        FileDamage.Flip(Path.Combine(copy, frames[0].File), frames[20].InPayload);

        (RepairReport report, string repaired) = Repair(sample, copy);
        Assert.Empty(report.Lost);
        Assert.Equal(sample.Digest, await IngestionEngine.DigestAsync(repaired));
    }

    [Fact]
    public async Task EveryDamageOfTheLogsThatAreDerivedIsMadeGood()
    {
        using SampleFolder sample = await SampleFolder.WriteAsync(snapshotsAfter: [50, 100]);
        foreach (string log in new[] { "results", "state" })
        {
            List<SampleEntry> entries = sample.EntriesOf(log);
            foreach (SampleEntry entry in new[] { entries[0], entries[entries.Count / 3], entries[^3], entries[^1] })
            {
                string copy = sample.Copy();
                FileDamage.Flip(Path.Combine(copy, entry.File), entry.InPayload);
                (RepairReport report, string repaired) = Repair(sample, copy);
                Assert.Empty(report.Lost);
                Assert.Equal(sample.Digest, await IngestionEngine.DigestAsync(repaired));
            }
        }
    }

    [Theory]
    [InlineData("manifest.json")]
    [InlineData("journal/manifest.json")]
    [InlineData("journal/commits")]
    [InlineData("results/manifest.json")]
    [InlineData("results/commits")]
    [InlineData("results/log.0")]
    [InlineData("state/manifest.json")]
    [InlineData("state/commits")]
    [InlineData("state/log.0")]
    public async Task AFileThatIsGoneAndCanBeMadeAgainCostsNothing(string file)
    {
        using SampleFolder sample = await SampleFolder.WriteAsync(snapshotsAfter: [50, 100]);
        string copy = sample.Copy();
        File.Delete(Path.Combine(copy, file));
        (RepairReport report, string repaired) = Repair(sample, copy);
        report.Notes.ToList().ForEach(output.WriteLine);
        Assert.Empty(report.Lost);
        Assert.Equal(sample.Digest, await IngestionEngine.DigestAsync(repaired));
    }

    [Fact]
    public async Task AWholeSegmentThatIsGoneIsNamedAndTheRestGoesOn()
    {
        using SampleFolder sample = await SampleFolder.WriteAsync();
        string[] segments = [.. sample.Files.Where(file => file.StartsWith("journal/log.", StringComparison.Ordinal))];
        Assert.True(segments.Length >= 2, "the journal has but one segment");
        string copy = sample.Copy();
        File.Delete(Path.Combine(copy, "journal/log.1"));
        SampleEntry[] gone =
        [
            .. sample.EntriesOf("journal").Where(e => e.Header.Kind == EntryKind.Frame && e.File == "journal/log.1"),
        ];

        (RepairReport report, string repaired) = Repair(sample, copy);
        report.Lost.ToList().ForEach(range => output.WriteLine(range.ToString()));
        Assert.Contains(report.Lost, range => range.What is "frames" or "entries");
        Assert.NotEmpty(gone);
        using IngestionEngine engine = SampleFolder.Open(repaired);
        Assert.True((await engine.LedgerAsync()).Balanced);
    }

    [Fact]
    public async Task AFolderWithoutDamageIsCopiedWithItsDigest()
    {
        using SampleFolder sample = await SampleFolder.WriteAsync(snapshotsAfter: [50]);
        (RepairReport report, string repaired) = Repair(sample, sample.Copy());
        Assert.Empty(report.Lost);
        Assert.Equal(sample.Digest, await IngestionEngine.DigestAsync(repaired));
    }

    private (RepairReport Report, string Repaired) Repair(SampleFolder sample, string damaged)
    {
        Dictionary<string, byte[]> before = Read(damaged);
        string repaired = sample.NewPath();
        RepairReport report = FolderRepair.Run(damaged, repaired);
        report.Lost.ToList().ForEach(range => output.WriteLine(range.ToString()));
        Dictionary<string, byte[]> after = Read(damaged);
        Assert.Equal(before.Keys.Order(), after.Keys.Order());
        Assert.All(before, file => Assert.True(file.Value.AsSpan().SequenceEqual(after[file.Key]), $"{file.Key} was changed"));
        Assert.All(LogVerifier.Verify(repaired), log => Assert.True(log.IsSound, $"{log.Name}: {log.Damages.Count}"));
        return (report, repaired);
    }

    private static (ErrorCode Code, bool IsDuplicate) Told(EngineAnswer answer) => (answer.Code, answer.IsDuplicate);

    private static byte[] ReadPayload(string path, SampleEntry entry) => File.ReadAllBytes(path)
        .AsSpan((int)entry.OffsetBytes + LogGeometry.LeastEntryBytes, (int)entry.Header.PayloadBytes).ToArray();

    private static Dictionary<string, byte[]> Read(string folder) =>
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(path => path, File.ReadAllBytes);

    private static async Task OpensAndGoesOnAsync(string repaired, int lostRecords)
    {
        string digest;
        using (IngestionEngine engine = SampleFolder.Open(repaired))
        {
            Ledger ledger = await engine.LedgerAsync();
            Assert.True(ledger.Balanced);
            Assert.Equal(
                (SampleFolder.FrameCount * SampleFolder.RecordsPerFrame) - lostRecords,
                ledger.Streams.Single(stream => stream.Stream == "s").Records);
            using RecordAppender p = engine.Stream("s", "u64 (a)").CreateAppender("p");
            (ulong[] keys, long[] times, double[] values) = SampleFolder.Records(SampleFolder.FrameCount);
            await p.WhenDurable(p.Append(keys, times, values));
            Assert.True((await engine.LedgerAsync()).Balanced);
            digest = await engine.DigestAsync();
        }

        Assert.Equal(digest, await IngestionEngine.DigestAsync(repaired));
    }
}
