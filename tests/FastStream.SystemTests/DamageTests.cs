using System.Security.Cryptography;
using FastStream.Engine;
using FastStream.Engine.Delivery;
using FastStream.Engine.Journal;
using FastStream.Engine.Repair;
using FastStream.TestKit.Processes;
using Xunit.Abstractions;

namespace FastStream.SystemTests;

/// <summary>
/// A folder with bytes in it never opens empty, nor with another state: each file is cut, zeroed, flipped and deleted
/// in turn, and entries of every kind in header, payload and length. The folder must then be refused with the place
/// named, or open with the digest it had. What is refused, verify finds, and repair makes a sound folder of. What lies
/// before the newest snapshot is not read by a start: verify finds it.
/// </summary>
public sealed class DamageTests(ITestOutputHelper output)
{
    [Fact]
    public async Task EachDamagedFileIsNamedOrChangesNothing()
    {
        using SampleFolder sample = await SampleFolder.WriteAsync(snapshotsAfter: [60, 120]);
        Assert.Equal(sample.Digest, await IngestionEngine.DigestAsync(sample.Copy()));
        int refused = 0;
        int unchanged = 0;
        string copy = sample.Copy();
        foreach ((string file, string how, Action<string> damage) in Damages(sample))
        {
            string what = $"{file} {how}";
            damage(Path.Combine(copy, file));
            try
            {
                Assert.Equal(sample.Digest, await IngestionEngine.DigestAsync(copy));
                unchanged++;
                Directory.Delete(copy, recursive: true);
                copy = sample.Copy();
            }
            catch (Exception fault) when (IsRefusal(fault))
            {
                output.WriteLine($"{what}: {fault.Message}");
                Assert.True(fault.Message.Contains($"/{file} ", StringComparison.Ordinal), $"{what}: {fault.Message}");
                Assert.Contains(LogVerifier.Verify(copy), report => !report.IsSound);
                string repaired = sample.NewPath();
                RepairReport report = FolderRepair.Run(copy, repaired);
                string digest = await IngestionEngine.DigestAsync(repaired);
                Assert.True(report.Lost.Count > 0 || digest == sample.Digest, $"{what}: the repair lost something in silence");
                Directory.Delete(repaired, recursive: true);
                File.Copy(Path.Combine(sample.Sound, file), Path.Combine(copy, file), overwrite: true);
                refused++;
            }
        }

        output.WriteLine($"{refused} refused, found by verify and repaired, {unchanged} unchanged");
        Assert.True(refused > 50, $"only {refused} refused");
    }

    [Theory]
    [InlineData("journal")]
    [InlineData("results")]
    [InlineData("state")]
    public async Task TheToolAndTheServerEndWithThreeAndNameThePlaceAndRepairMendsIt(string log)
    {
        using SampleFolder sample = await SampleFolder.WriteAsync(snapshotsAfter: [60, 120]);
        SampleEntry hit = ReadAtStart(sample, log);
        string data = sample.Copy();
        FileDamage.Flip(Path.Combine(data, hit.File), hit.InPayload);
        foreach (string[] arguments in new[]
            { new[] { "serve", "--data", data, "--port", "0" }, ["verify", data], ["digest", data] })
        {
            (int exitCode, string text) = await ServerProcess.RunAsync(TimeSpan.FromMinutes(1), arguments);
            Assert.True(exitCode == 3, $"faststream {string.Join(' ', arguments)}: exit {exitCode}\n{text}");
            Assert.Contains($"{log}/log.", text, StringComparison.Ordinal);
        }

        string repaired = sample.NewPath();
        (int code, string said) = await ServerProcess.RunAsync(TimeSpan.FromMinutes(1), "repair", data, "--to", repaired);
        output.WriteLine(said);
        Assert.True(code == 0 && said.Contains("\"repaired\"", StringComparison.Ordinal), said);
        (code, said) = await ServerProcess.RunAsync(TimeSpan.FromMinutes(1), "verify", repaired);
        Assert.True(code == 0, said);
    }

    [Theory]
    [InlineData("journal")]
    [InlineData("state")]
    public async Task DamageBeforeTheNewestSnapshotChangesNoDigestAndIsFoundByVerifyAndRepaired(string log)
    {
        using SampleFolder sample = await SampleFolder.WriteAsync(snapshotsAfter: [60, 120]);
        List<SampleEntry> entries = sample.EntriesOf(log);
        foreach (int at in new[] { 2, entries.FindIndex(entry => entry.Header.Kind == s_older[log]) - 1 })
        {
            SampleEntry hit = entries[at];
            string data = sample.Copy();
            FileDamage.Flip(Path.Combine(data, hit.File), hit.InPayload);
            Assert.Equal(sample.Digest, await IngestionEngine.DigestAsync(data));
            LogReport report = Assert.Single(LogVerifier.Verify(data), report => !report.IsSound);
            Assert.EndsWith($"/{hit.File}", report.Damages[0].File, StringComparison.Ordinal);
            Assert.Equal(hit.OffsetBytes, report.Damages[0].OffsetBytes);
            string repaired = sample.NewPath();
            Assert.Empty(FolderRepair.Run(data, repaired).Lost);
            Assert.Equal(sample.Digest, await IngestionEngine.DigestAsync(repaired));
            Assert.All(LogVerifier.Verify(repaired), report => Assert.True(report.IsSound));
        }
    }

    [Fact]
    public async Task ARefusedStartLeavesEveryByteAsItWas()
    {
        using SampleFolder sample = await SampleFolder.WriteAsync(snapshotsAfter: [60]);
        foreach (string log in DataFolder.LogNames)
        {
            SampleEntry hit = ReadAtStart(sample, log);
            string data = sample.Copy();
            FileDamage.Flip(Path.Combine(data, hit.File), hit.InPayload);
            string[] before = [.. sample.Files.Select(file => Hash(data, file))];
            Assert.ThrowsAny<Exception>(() => SampleFolder.Open(data).Dispose());
            Assert.Equal(before, sample.Files.Select(file => Hash(data, file)));
        }
    }

    // What ends the older of two snapshots.
    private static readonly Dictionary<string, EntryKind> s_older =
        new() { ["journal"] = EntryKind.Snapshot, ["state"] = EntryKind.SnapshotComplete };

    // An entry in the midst of what a start reads: behind the newest snapshot, or of it.
    private static SampleEntry ReadAtStart(SampleFolder sample, string log)
    {
        List<SampleEntry> entries = sample.EntriesOf(log);
        return log switch
        {
            "journal" => entries.Last(entry => entry.Header.Kind == EntryKind.Frame),
            "state" => entries.Last(entry => entry.Header.Kind == EntryKind.SnapshotChunk),
            _ => entries[entries.Count / 2],
        };
    }

    private static string Hash(string data, string file) =>
        file + " " + Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Path.Combine(data, file))));

    private static IEnumerable<(string File, string How, Action<string> Do)> Damages(SampleFolder sample)
    {
        foreach (string file in sample.Files.Where(file => file is not ("lock" or DiskReserve.FileName)))
        {
            int used = FileDamage.UsedBytes(Path.Combine(sample.Sound, file));
            if (used == 0)
            {
                yield return (file, "deleted", File.Delete); // made ahead, and holds nothing yet
                continue;
            }

            yield return (file, "emptied", path => FileDamage.Truncate(path, 0));
            yield return (file, "cut in the middle of what is used", path => FileDamage.Truncate(path, used / 2));
            yield return (file, "cut before its last byte that is used", path => FileDamage.Truncate(path, used - 1));
            yield return (file, "zeroed", path => FileDamage.Zero(path, 0, long.MaxValue / 2));
            yield return (file, "flipped in the middle of what is used", path => FileDamage.Flip(path, used / 2));
            yield return (file, "deleted", File.Delete);
            if (file.EndsWith("/commits", StringComparison.Ordinal))
            {
                yield return (file, "flipped in both slots", path => FileDamage.Flip(path, 20, 4096 + 20));
                yield return (file, "flipped in its first slot", path => FileDamage.Flip(path, 20));
                yield return (file, "flipped in its second slot", path => FileDamage.Flip(path, 4096 + 20));
            }
        }

        foreach (SampleEntry entry in DataFolder.LogNames.SelectMany(log => Chosen(sample.EntriesOf(log))))
        {
            string name = $"{entry.Header.Kind} {entry.Header.EntrySequence}";
            yield return (entry.File, $"flipped in the header of {name}", path => FileDamage.Flip(path, entry.InHeader));
            yield return (entry.File, $"flipped in the payload of {name}", path => FileDamage.Flip(path, entry.InPayload));
            yield return (entry.File, $"flipped in the length of {name}", path => FileDamage.Flip(path, entry.InLength));
            yield return (entry.File, $"zeroed at {name}", path => FileDamage.Zero(path, entry.OffsetBytes, 132));
        }
    }

    // The first, the middle and the last entry, and one of each kind.
    private static IEnumerable<SampleEntry> Chosen(List<SampleEntry> entries) =>
        new[] { entries[0], entries[entries.Count / 2], entries[^1] }
            .Concat(entries.GroupBy(entry => entry.Header.Kind).Select(group => group.ElementAt(group.Count() / 2)))
            .DistinctBy(entry => entry.Header.EntrySequence);

    private static bool IsRefusal(Exception fault) =>
        fault is JournalDamagedException or DataFolderException or InvalidDataException or ResultsFaultException;
}
