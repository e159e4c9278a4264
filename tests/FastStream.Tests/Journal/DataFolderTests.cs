using System.Globalization;
using FastStream.Engine.Journal;

namespace FastStream.Tests.Journal;

/// <summary>A data folder is opened once, by one process, whole or not at all.</summary>
public sealed class DataFolderTests : IDisposable
{
    private static readonly DataFolderSettings s_settings =
        new() { Journal = LogImage.Tiny, Results = LogImage.Tiny, State = LogImage.Tiny, AllowVolatile = true };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void OpeningCreatesAndReopeningFinds()
    {
        Guid id;
        using (DataFolder data = DataFolder.Open(_folder["data"], s_settings))
        {
            Assert.True(data.IsNew);
            id = data.Id;
            LogImage.Append(data.Journal, "journal entry");
            LogImage.Append(data.Results, "results entry");
            LogImage.Append(data.State, "state entry");
        }

        using DataFolder again = DataFolder.Open(_folder["data"], s_settings);
        Assert.False(again.IsNew);
        Assert.Equal(id, again.Id);
        Assert.Equal(["journal entry"], LogImage.Read(again.Journal));
        Assert.Equal(["results entry"], LogImage.Read(again.Results));
        Assert.Equal(["state entry"], LogImage.Read(again.State));
    }

    [Fact]
    public void AFolderInUseIsRefusedWithTheProcessThatUsesIt()
    {
        using (DataFolder.Open(_folder["data"], s_settings))
        {
            DataFolderException refused =
                Assert.Throws<DataFolderException>(() => DataFolder.Open(_folder["data"], s_settings));
            if (OperatingSystem.IsLinux())
            {
                Assert.Contains(
                    "process " + Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
                    refused.Message,
                    StringComparison.Ordinal);
            }

            Assert.Throws<DataFolderException>(() => LogVerifier.Verify(_folder["data"]));
        }

        DataFolder.Open(_folder["data"], s_settings).Dispose();
    }

    [Fact]
    public void AnotherFormatVersionIsRefusedWithBothNumbers()
    {
        DataFolder.Open(_folder["data"], s_settings).Dispose();
        string manifest = DataFolder.ManifestPath(_folder["data"]);
        string json = File.ReadAllLines(manifest)[0].Replace("Version\":1", "Version\":7", StringComparison.Ordinal);
        File.WriteAllText(manifest, $"{json}\n{LogManifest.Checksum(json)}\n");
        DataFolderException refused =
            Assert.Throws<DataFolderException>(() => DataFolder.Open(_folder["data"], s_settings));
        Assert.Contains("version 7", refused.Message, StringComparison.Ordinal);
        Assert.Contains("version 1", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("manifest.json")]
    [InlineData("journal")]
    [InlineData("results")]
    [InlineData("state/log.0")]
    [InlineData("journal/manifest.json")]
    [InlineData("journal/commits")]
    public void NothingThatIsMissingIsTakenForEmpty(string name)
    {
        using (DataFolder data = DataFolder.Open(_folder["data"], s_settings))
        {
            LogImage.Append(data.Journal, "entry");
        }

        string path = Path.Combine(_folder["data"], name);
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }

        JournalDamagedException damage =
            Assert.Throws<JournalDamagedException>(() => DataFolder.Open(_folder["data"], s_settings));
        Assert.StartsWith(path, damage.File, StringComparison.Ordinal);
        Assert.Contains(LogVerifier.Verify(_folder["data"]), report => !report.IsSound);
    }

    [Fact]
    public void DamageInOneLogLeavesTheOthersAsTheyWere()
    {
        using (DataFolder data = DataFolder.Open(_folder["data"], s_settings))
        {
            LogImage.Append(data.State, "entry");
        }

        string journal = Path.Combine(_folder["data"], "journal", "commits");
        byte[] before = File.ReadAllBytes(journal);
        File.Delete(Path.Combine(_folder["data"], "state", "commits"));
        Assert.Throws<JournalDamagedException>(() => DataFolder.Open(_folder["data"], s_settings));
        Assert.Equal(before, File.ReadAllBytes(journal));
    }

    [Fact]
    public void ACreationThatWasInterruptedBeginsAnew()
    {
        DataFolder.Open(_folder["data"], s_settings).Dispose();
        File.Delete(DataFolder.ManifestPath(_folder["data"]));
        Directory.Delete(Path.Combine(_folder["data"], "state"), recursive: true);
        using DataFolder data = DataFolder.Open(_folder["data"], s_settings);
        Assert.True(data.IsNew);
        Assert.Equal(1ul, data.Journal.Incarnation);
    }

    [Fact]
    public void ASoundFolderVerifiesWithItsCounts()
    {
        using (DataFolder data = DataFolder.Open(_folder["data"], s_settings))
        {
            LogImage.Append(data.Journal, "entry");
        }

        IReadOnlyList<LogReport> reports = LogVerifier.Verify(_folder["data"]);
        Assert.Equal(["journal", "results", "state"], reports.Select(report => report.Name));
        Assert.All(reports, report => Assert.True(report.IsSound));
        Assert.Equal(3, reports[0].EntryCount); // incarnation, entry, padding
        Assert.Equal(reports[0].CommittedUntil, reports[0].TailAddress);
    }

    [Fact]
    public void AFolderThatIsNoneIsRefused()
    {
        Assert.Throws<DataFolderException>(() => LogVerifier.Verify(_folder["nothing"]));
        Assert.Throws<DataFolderException>(() => LogVerifier.Verify(_folder.Path));
    }

    [Fact]
    public void AVolatileFileSystemNeedsToBeAllowed()
    {
        const string SharedMemory = "/dev/shm";
        if (!OperatingSystem.IsLinux() || StorageProbe.VolatileFileSystem(SharedMemory) is null)
        {
            return; // nowhere to try it
        }

        string path = Path.Combine(SharedMemory, Path.GetRandomFileName());
        try
        {
            DataFolderException refused = Assert.Throws<DataFolderException>(
                () => DataFolder.Open(path, s_settings with { AllowVolatile = false }));
            Assert.Contains("--allow-volatile", refused.Message, StringComparison.Ordinal);
            using DataFolder data = DataFolder.Open(path, s_settings);
            Assert.True(data.Journal.IsVolatile);
            Assert.Equal("tmpfs", data.VolatileFileSystem);
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }
}
