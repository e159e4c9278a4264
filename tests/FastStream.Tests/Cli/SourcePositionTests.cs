using FastStream.Cli;
using FastStream.Cli.Sources;

namespace FastStream.Tests.Cli;

/// <summary>Goal: a source sent again goes on exactly behind its last accepted record, or is refused as another one.</summary>
public sealed class SourcePositionTests : IDisposable
{
    private const string Text = "time,key,v\n2024-01-01,a,1\n2024-01-02,b,?\n2024-01-03,c,3\n";
    private readonly SourceFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public void APositionSurvivesItsBytes()
    {
        SourcePosition position = new(123, UInt128.MaxValue - 5, 77, 99);
        byte[] bytes = new byte[SourcePosition.Bytes];
        position.Write(bytes);

        Assert.True(SourcePosition.Bytes <= 64);
        Assert.True(SourcePosition.TryRead(bytes, out SourcePosition read));
        Assert.Equal(position, read);
        bytes[0] = 9;
        Assert.False(SourcePosition.TryRead(bytes, out _));
        Assert.False(SourcePosition.TryRead([], out _));
    }

    [Fact]
    public void ReadingGoesOnBehindEveryPossiblePosition()
    {
        string path = _folder.Write("p.csv", Text);
        SourceOptions options = new() { Path = path, Fields = ["v"] };
        List<string> all = _folder.ReadAll(options);
        for (int taken = 0; taken <= all.Count; taken++)
        {
            using RecordSource first = _folder.Open(options);
            SourceRecord record = new(1);
            for (int i = 0; i < taken; i++)
            {
                Assert.True(first.TryRead(record));
            }

            using RecordSource second = _folder.Open(options);
            second.GoTo(first.Position);
            Assert.Equal(all[taken..], SourceFolder.ReadAll(second));
        }
    }

    [Fact]
    public void AFileThatGrewGoesOnWhereItStoppedEvenWhenPacked()
    {
        string path = _folder.WritePacked("g.csv.gz", Text);
        SourcePosition position;
        using (RecordSource first = _folder.Open(new SourceOptions { Path = path, Fields = ["v"] }))
        {
            SourceFolder.ReadAll(first);
            position = first.Position;
        }

        _folder.WritePacked("g.csv.gz", Text + "2024-01-04,d,4\n");
        using RecordSource second = _folder.Open(new SourceOptions { Path = path, Fields = ["v"] });
        second.GoTo(position);
        Assert.Equal(["d 2024-01-04T00:00:00Z 4"], SourceFolder.ReadAll(second));
    }

    [Fact]
    public void AnotherFileOfTheSameNameOrAShorterOneIsRefused()
    {
        string path = _folder.Write("o.csv", Text);
        SourcePosition position;
        using (RecordSource first = _folder.Open(new SourceOptions { Path = path, Fields = ["v"] }))
        {
            SourceFolder.ReadAll(first);
            position = first.Position;
        }

        _folder.Write("o.csv", Text.Replace("2024", "2023", StringComparison.Ordinal));
        using RecordSource other = _folder.Open(new SourceOptions { Path = path, Fields = ["v"] });
        Assert.Contains("is not the file", Assert.Throws<CommandFailure>(() => other.GoTo(position)).Message);

        _folder.Write("o.csv", Text);
        using RecordSource same = _folder.Open(new SourceOptions { Path = path, Fields = ["v"] });
        Assert.Contains("has 3 rows, fewer than the 4", Assert.Throws<CommandFailure>(
            () => same.GoTo(position with { Rows = 4 })).Message);
    }

    [Fact]
    public async Task AFollowedFileBringsWholeLinesAsTheyAreWritten()
    {
        string path = _folder.Write("f.csv", "time,key,v\n2024-01-01,a,1\n2024-01-0");
        using CancellationTokenSource stop = new(TimeSpan.FromSeconds(30));
        using SemaphoreSlim waiting = new(0);
        List<string> seen = [];
        Task reading = Task.Run(() =>
        {
            SourceOptions options = new() { Path = path, Follow = true };
            using RecordSource source = RecordSource.Open(options, _ => { }, stop.Token);
            source.BeforeWaiting = () => waiting.Release();
            SourceRecord record = new(1);
            while (source.TryRead(record))
            {
                seen.Add($"{record.TextKey} {record.Values[0]}");
                if (seen.Count == 3)
                {
                    stop.Cancel();
                }
            }
        });
        Assert.True(await waiting.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal(["a 1"], seen);
        File.AppendAllText(path, "2,b,2\n2024-01-03,c,3\n2024-01-04,d");
        await reading.WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal(["a 1", "b 2", "c 3"], seen);
    }

    [Fact]
    public void TheDataSetOfTheDemoHasTheFiguresItsReadmeStates()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "flights.csv.gz");
        SourceOptions options = new() { Path = path, KeyColumn = "origin", TimeColumn = "time", Fields = ["delay", "distance"] };
        using RecordSource source = _folder.Open(options);
        SourceRecord record = new(2);
        long largestNs = long.MinValue;
        List<long> behindMinutes = [];
        double delays = 0;
        while (source.TryRead(record))
        {
            largestNs = Math.Max(largestNs, record.TimeNs);
            behindMinutes.Add((largestNs - record.TimeNs) / (60 * EventTime.NsPerSecond));
            delays += record.Values[0];
        }

        behindMinutes.Sort();
        Assert.Equal((200_000, 2_405_777.0, 0L), (behindMinutes.Count, delays, source.Bad.Count));
        Assert.Equal((27, 202, 1415), (behindMinutes[100_000], behindMinutes[198_000], behindMinutes[^1]));
        Assert.Equal(196_311, behindMinutes.Count(m => m > 0));
    }
}
