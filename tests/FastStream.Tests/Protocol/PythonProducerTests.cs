using System.Buffers;
using System.Diagnostics;
using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.Tests.Protocol;

/// <summary>Goal: what a producer in another language writes from the page alone means what it should.</summary>
public sealed class PythonProducerTests
{
    private const int KeyCount = 7;
    private const int FrameCount = 6;
    private const int RecordsPerFrame = 100;

    [PythonTheory]
    [InlineData("u64", "raw")]
    [InlineData("u64", "encoded")]
    [InlineData("text", "mixed")]
    public void ItsFramesDecodeToItsRecords(string keys, string encoding)
    {
        string file = Path.Combine(Path.GetTempPath(), $"faststream-{Guid.NewGuid():N}.frames");
        try
        {
            Run("--keys", keys, "--encoding", encoding, "--key-count", $"{KeyCount}", "--frames", $"{FrameCount}",
                "--records", $"{RecordsPerFrame}", "--to-file", file);
            CheckFrames(File.ReadAllBytes(file), keys == "text" ? KeyKind.Text : KeyKind.U64);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static void CheckFrames(byte[] bytes, KeyKind keyKind)
    {
        ReadOnlySequence<byte> buffer = new(bytes);
        List<FrameKind> kinds = [];
        ulong sequence = 0;
        int record = 0;
        while (FrameReader.TryReadFrame(
            ref buffer, FrameLimits.Default, out FrameHeader header, out ReadOnlySequence<byte> piece, out _))
        {
            byte[] frame = piece.ToArray();
            Assert.Equal(FrameError.None, FrameReader.CheckPayload(frame, header));
            kinds.Add(header.Kind);
            if (header.Kind.IsSequenced())
            {
                Assert.Equal(++sequence, header.Sequence);
            }

            if (header.Kind == FrameKind.Dictionary)
            {
                CheckDictionary(frame.AsSpan(64, header.PayloadBytes));
            }
            else if (header.Kind == FrameKind.Data)
            {
                Assert.Equal(FrameError.None, Frames.Decode(frame, keyKind, out DataColumns? columns));
                record = CheckRecords(columns!, keyKind, record);
            }
        }

        Assert.Equal(0, buffer.Length);
        Assert.Equal(FrameCount * RecordsPerFrame, record);
        Assert.Equal([FrameKind.Hello, FrameKind.Schema], kinds.Take(2));
        Assert.Equal(FrameKind.End, kinds[^1]);
    }

    private static void CheckDictionary(ReadOnlySpan<byte> payload)
    {
        Assert.Equal(FrameError.None, DictionaryReader.TryRead(payload, out DictionaryReader entries));
        while (entries.MoveNext())
        {
            Assert.Equal($"key-{entries.Id}", System.Text.Encoding.UTF8.GetString(entries.Name));
        }
    }

    private static int CheckRecords(DataColumns columns, KeyKind keyKind, int record)
    {
        for (int index = 0; index < columns.Times.Length; index++, record++)
        {
            ulong key = keyKind == KeyKind.Text ? columns.KeyIds[index] : columns.Keys[index];
            Assert.Equal((ulong)(record % KeyCount), key);
            Assert.Equal(1_577_836_800_000_000_000 + (record * 1_000_000L), columns.Times[index]);
            Assert.Equal(record % 1000, columns.Fields[0][index]);
            Assert.Equal(record % 8 / 2.0, columns.Fields[1][index]);
        }

        return record;
    }

    private static void Run(params string[] arguments)
    {
        string script = Path.Combine(
            WireFormatPage.RepositoryRoot, "tests", "FastStream.SystemTests", "Python", "producer.py");
        ProcessStartInfo start = new("python3", [script, .. arguments]) { RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        string errors = process.StandardError.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(60)), "The script did not end.");
        Assert.True(process.ExitCode == 0, errors);
    }
}
