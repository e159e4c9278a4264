using FastStream.Protocol;
using FastStream.TestKit.Processes;

namespace FastStream.CrashLoop;

/// <summary>
/// The end of every run, while the producers rest: the ledger, the totals that an independent generator computes, an
/// orderly end, <c>verify</c>, the digest offline, and the digest of a server that was sent the same frames in peace.
/// </summary>
internal sealed class FinalProof(CrashLoad load, ServerLauncher launcher, string calmFolder, Findings findings)
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromMinutes(3);

    /// <summary>A stream that the team does not send to, and the records it must hold.</summary>
    public KeyValuePair<string, long> MoreRecords { get; init; } = new("", 0);

    /// <summary>Sends those again to the server that is left in peace.</summary>
    public Func<ServerProcess, Task> More { get; init; } = _ => Task.CompletedTask;

    /// <summary>The digest; the server has ended.</summary>
    public async Task<string> CheckAsync(ServerProcess server, string dataFolder, ProducerTeam team)
    {
        string digest;
        using (ServerQuestions questions = ServerQuestions.Connect(server.Port))
        {
            foreach (string finding in LedgerCheck.Of(questions.Ask("ledger")[0], Expected).Findings)
            {
                findings.Add($"at the end: {finding}");
            }

            digest = DigestOf(questions);
            long[] frames = [.. team.Members.Take(CrashLoad.NumberProducerCount).Select(producer => producer.Acked)];
            findings.Expect("the totals of all records", Totals.Of(load, frames), Totals.Read(questions));
        }

        findings.Expect("the exit code after SIGTERM", 0, await server.TerminateAsync(s_deadline));
        (int exitCode, string text) = await ServerLauncher.RunAsync("verify", dataFolder);
        findings.Expect("the exit code of verify", (0, ""), (exitCode, exitCode == 0 ? "" : text));
        (_, text) = await ServerLauncher.RunAsync("digest", dataFolder);
        findings.Expect("the digest is offline what it was online", true, text.Contains(digest, StringComparison.Ordinal));
        findings.Expect("the digest of an undisturbed run", await CalmDigestAsync(team), digest);
        return digest;

        long Expected(string stream) =>
            team.AckedRecordsOf(stream) + (stream == MoreRecords.Key ? MoreRecords.Value : 0);
    }

    private async Task<string> CalmDigestAsync(ProducerTeam team)
    {
        const int Deep = 256;
        using ServerProcess server = launcher.Begin(calmFolder);
        await server.WaitUntilReadyAsync(s_deadline);
        using ProducerTeam calm = new(
            load with { InFlightFrames = Deep }, _ => AckLevel.Durable, seed: 0, reconnectOneIn: 0);
        await calm.BeginAsync(server.Port);
        await calm.PlayAsync(until: producer => team.Members.Single(other => other.Name == producer.Name).Acked);
        await More(server);
        using ServerQuestions questions = ServerQuestions.Connect(server.Port);
        return DigestOf(questions);
    }

    private static string DigestOf(ServerQuestions questions) =>
        questions.Ask("digest")[0].GetProperty("digest").GetString()!;
}
