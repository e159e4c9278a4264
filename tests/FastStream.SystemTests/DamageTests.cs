using FastStream.Engine;
using FastStream.Engine.Journal;
using FastStream.TestKit.Processes;
using Xunit.Abstractions;

namespace FastStream.SystemTests;

/// <summary>
/// A log folder with bytes in it never opens empty: each file of a data folder is truncated, zeroed, flipped and
/// deleted
/// in turn. The folder must then be refused with the place named, or open with the digest it had; never another one.
/// </summary>
public sealed class DamageTests(ITestOutputHelper output) : IDisposable
{
    private const long Second = 1_000_000_000;

    private static readonly (string Name, Action<string> Do)[] s_damages =
    [
        ("truncated to half", path => Truncate(path, 0.5)),
        ("truncated by a tenth", path => Truncate(path, 0.9)),
        ("emptied", path => Truncate(path, 0)),
        ("zeroed", Zero),
        ("flipped in its first block", path => Flip(path, 0.0)),
        ("flipped in the middle of what is used", path => Flip(path, 0.5)),
        ("flipped at the end of what is used", path => Flip(path, 1.0)),
        ("deleted", File.Delete),
    ];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task EachDamagedFileIsNamedOrChangesNothing()
    {
        string sound = _folder.PathOf("sound");
        string digest = await WriteAsync(sound);
        Assert.Equal(digest, await IngestionEngine.DigestAsync(Copy(sound)));
        int refused = 0;
        int unchanged = 0;
        foreach (string file in Directory.GetFiles(sound, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            foreach ((string name, Action<string> damage) in s_damages)
            {
                string copy = Copy(sound);
                string path = Path.Combine(copy, Path.GetRelativePath(sound, file));
                damage(path);
                string relative = Path.GetRelativePath(sound, file);
                string what = $"{relative} {name}";
                bool isInUse = ChangesUsedBytes(file, path);
                try
                {
                    Assert.Equal(digest, await IngestionEngine.DigestAsync(copy));
                    output.WriteLine($"{what}: unchanged");
                    Assert.False(
                        isInUse && IsRequired(relative), $"{what}: opened, though bytes in use are gone");
                    unchanged++;
                }
                catch (Exception fault) when (fault is JournalDamagedException or DataFolderException or InvalidDataException)
                {
                    output.WriteLine($"{what}: {fault.Message}");
                    Assert.Contains($"/{relative} ", fault.Message, StringComparison.Ordinal);
                    refused++;
                }

                Directory.Delete(copy, recursive: true);
            }
        }

        output.WriteLine($"{refused} refused, {unchanged} unchanged");
        Assert.True(refused > 0);
    }

    [Theory]
    [InlineData("journal/log.0")]
    [InlineData("results/log.0")]
    [InlineData("state/log.0")]
    public async Task TheToolAndTheServerEndWithThreeAndNameThePlace(string file)
    {
        string data = _folder.PathOf("data");
        await WriteAsync(data);
        Flip(Path.Combine(data, file), 0.5);
        foreach (string[] arguments in new[]
            { new[] { "serve", "--data", data, "--port", "0" }, ["verify", data], ["digest", data] })
        {
            (int exitCode, string text) = await ServerProcess.RunAsync(TimeSpan.FromMinutes(1), arguments);
            Assert.True(exitCode == 3, $"faststream {string.Join(' ', arguments)}: exit {exitCode}\n{text}");
            Assert.Contains(file.Split('/')[0], text, StringComparison.Ordinal);
        }
    }

    private static async Task<string> WriteAsync(string data)
    {
        using IngestionEngine engine = IngestionEngine.Open(new IngestionEngineOptions
        {
            DataDirectory = data,
            Limits = new EngineLimits { MaxFrameBytes = 16 << 10 },
            Logs = new LogOptions
            {
                JournalPageBytes = 64 << 10,
                JournalMemoryBytes = 1 << 20,
                JournalSegmentBytes = 1 << 20,
                SmallSegmentBytes = 4 << 20,
            },
            Snapshots = new SnapshotOptions { AtClose = false },
        });
        IngestionStream stream = engine.Stream("s", "u64 (a)").View("v", "tumbling 10s by key: count, sum(a), p90(a)");
        using RecordAppender appender = stream.CreateAppender("p");
        for (int frame = 0; frame < 200; frame++)
        {
            ulong[] keys = [.. Enumerable.Range(0, 100).Select(i => (ulong)(i * frame) % 50)];
            long[] times = [.. Enumerable.Range(0, 100).Select(i => ((frame * Second) + i))];
            double[] values = [.. Enumerable.Range(0, 100).Select(i => (double)i)];
            await appender.WhenDurable(appender.Append(keys, times, values));
            if (frame is 60 or 120)
            {
                await engine.SnapshotAsync();
            }
        }

        return await engine.DigestAsync();
    }

    private string Copy(string source)
    {
        string copy = _folder.PathOf($"copy-{Guid.NewGuid():N}");
        foreach (string path in Directory.GetFiles(source, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(copy, Path.GetRelativePath(source, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(path, target);
        }

        return copy;
    }

    // The commits of a log are there twice, and the lock says nothing: damage to one of those may be passed over.
    private static bool IsRequired(string relative) =>
        Path.GetFileName(relative) is string name
        && (name == "manifest.json" || name.StartsWith("log.", StringComparison.Ordinal));

    // Whether anything up to the last byte that was written is another now; behind it files hold zeros.
    private static bool ChangesUsedBytes(string sound, string damaged)
    {
        byte[] before = File.ReadAllBytes(sound);
        int used = Array.FindLastIndex(before, b => b != 0) + 1;
        byte[] after = File.Exists(damaged) ? File.ReadAllBytes(damaged) : [];
        return after.Length < used || !before.AsSpan(0, used).SequenceEqual(after.AsSpan(0, used));
    }

    private static void Truncate(string path, double share)
    {
        using FileStream file = File.OpenWrite(path);
        file.SetLength((long)(file.Length * share));
    }

    private static void Zero(string path) => File.WriteAllBytes(path, new byte[new FileInfo(path).Length]);

    private static void Flip(string path, double share)
    {
        byte[] bytes = File.ReadAllBytes(path);
        int used = Array.FindLastIndex(bytes, b => b != 0) + 1;
        if (used > 0)
        {
            bytes[(int)Math.Min(used - 1, Math.Max(Math.Min(70, used - 1), used * share))] ^= 0x10;
        }

        File.WriteAllBytes(path, bytes);
    }
}
