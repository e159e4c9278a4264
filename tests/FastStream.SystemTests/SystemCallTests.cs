using System.Globalization;
using FastStream.TestKit.Processes;
using Xunit.Abstractions;

namespace FastStream.SystemTests;

/// <summary>
/// The real server whose system calls fail: strace answers the n-th write, flush, allocation or rename with an error.
/// Whatever was acked before must be there for the next server, which is told by sending it again.
/// </summary>
public sealed class SystemCallTests(ITestOutputHelper output) : IDisposable
{
    private const int Frames = 120;

    private static readonly TimeSpan s_deadline = TimeSpan.FromMinutes(2);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("pwrite64:error=EIO:when=25")]
    [InlineData("pwrite64:error=ENOSPC:when=40")]
    [InlineData("fdatasync:error=EIO:when=15")]
    [InlineData("fdatasync:error=ENOSPC:when=30")]
    [InlineData("pwrite64:error=EINTR:when=3+4")]
    [InlineData("fallocate:error=ENOSPC:when=2")]
    [InlineData("rename:error=EIO:when=2")]
    public async Task WhatWasAckedIsThereWhenSystemCallsFail(string injection)
    {
        if (TracedServer.Unusable() is string reason)
        {
            output.WriteLine($"skipped: {reason}");
            return;
        }

        string data = _folder.PathOf("data");
        string answers = _folder.PathOf("first.log");
        bool wasReady = false;
        using (TracedServer traced = TracedServer.Start(data, injection))
        {
            if (await traced.PortAsync() is int port)
            {
                wasReady = true;
                (int exitCode, string text) = await GenerateAsync(port, answers);
                output.WriteLine($"{injection}: generate ended with {exitCode}: {text.Split('\n')[^1]}");
            }
        }

        HashSet<long> acked = wasReady ? Read(answers, "ACK") : [];
        using ServerProcess server = await ServerProcess.StartAsync(data);
        string again = _folder.PathOf("again.log");
        (int code, string said) = await GenerateAsync(server.Port, again);
        Assert.True(code == 0, said);
        HashSet<long> known = Read(again, "DUP");
        Assert.True(acked.IsSubsetOf(known), $"{injection}: acked and gone: {string.Join(' ', acked.Except(known))}");
        Assert.Equal(Frames, Read(again, "ACK").Count + known.Count);
        Assert.Equal(0, await server.TerminateAsync());
        (code, said) = await ServerProcess.RunAsync(s_deadline, "verify", data);
        Assert.True(code == 0, said);
        output.WriteLine($"{injection}: ready {wasReady}, {acked.Count} acked, {known.Count} there afterwards");
    }

    private static Task<(int ExitCode, string Output)> GenerateAsync(int port, string file) => ServerProcess.RunAsync(
        s_deadline,
        "generate", "--port", port.ToString(CultureInfo.InvariantCulture), "--stream", "s", "--producer", "p", "--epoch", "1",
        "--seed", "3", "--frames", $"{Frames}", "--records", "50", "--keys", "20", "--in-flight", "2", "--out", file);

    private static HashSet<long> Read(string path, string answer) => !File.Exists(path)
        ? []
        : [.. File.ReadLines(path)
            .Select(line => line.Split(' '))
            .Where(words => words[0] == answer)
            .Select(words => long.Parse(words[1], CultureInfo.InvariantCulture))];
}
