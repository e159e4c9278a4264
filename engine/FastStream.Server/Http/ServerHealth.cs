using FastStream.Engine;
using FastStream.Engine.Monitoring;
using FastStream.Server.Questions;

namespace FastStream.Server.Http;

/// <summary>Whether the server can do its work, with progress while it recovers.</summary>
/// <remarks>
/// The engine comes late: before it, everything but liveness says that the server recovers. The books are looked at
/// anew at most once a second, however often somebody asks.
/// </remarks>
internal sealed class ServerHealth(RecoveryProgress recovery)
{
    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(1);

    private volatile EngineServices? _services; // written once by the host
    private long _checkedAt;  // by one asker at a time, as _checking says
    private string? _imbalance; // the same
    private int _checking;      // by Interlocked

    /// <summary>The engine's services; null while it recovers.</summary>
    public EngineServices? Services
    {
        get => _services;
        set => _services = value;
    }

    /// <summary>The engine's services, or the refusal that says why there are none yet.</summary>
    public EngineServices GetServices() => _services ?? throw new QuestionException(
        503, "NOT_READY", $"the server is recovering its journal ({recovery.Fraction:P0} done): ask again in a moment");

    /// <summary>Status and the answer of /health/ready.</summary>
    public async Task<(int Status, JsonAnswer Answer)> ReadyAsync()
    {
        if (_services is not EngineServices services)
        {
            return (503, new JsonAnswer
            {
                Head = json =>
                {
                    json.WriteString("status", "recovering");
                    json.WriteNumber("recoveredFrames", recovery.FrameCount);
                    json.WriteNumber("progress", Math.Round(recovery.Fraction, 4));
                },
            });
        }

        if (FindFault(services.Engine.Core) is string fault)
        {
            return (503, WithReason("faulted", fault));
        }

        string? imbalance = await FindImbalanceAsync(services).ConfigureAwait(false);
        return imbalance is null
            ? (200, new JsonAnswer { Head = json => json.WriteString("status", "ready") })
            : (503, WithReason("unbalanced", imbalance));
    }

    /// <summary>Why the engine acks nothing any more, or null: a fault of a thread, or of one of its logs.</summary>
    public static string? FindFault(EngineCore core) =>
        core.Fault?.Message
        ?? core.Logs.Journal.Fault?.Message
        ?? core.Logs.Results.Fault?.Message
        ?? core.Logs.State.Fault?.Message;

    private async Task<string?> FindImbalanceAsync(EngineServices services)
    {
        bool isFresh = _checkedAt != 0 && TimeProvider.System.GetElapsedTime(Volatile.Read(ref _checkedAt)) < s_fresh;
        if (isFresh || Interlocked.Exchange(ref _checking, 1) != 0)
        {
            return Volatile.Read(ref _imbalance); // partner: the write below
        }

        try
        {
            Ledger ledger = await services.Engine.LedgerAsync().ConfigureAwait(false);

            // Frames on their way have no fate yet, so more may be received than accounted for, never less.
            SessionLedger session = ledger.Session;
            long accounted = session.Journaled + session.Duplicate + session.Refused + session.Malformed;
            Ledger settled = ledger with { Session = session with { Received = accounted } };
            string? imbalance = session.Received < accounted
                ? "session: " + session.Equation
                : settled.FindImbalance();
            Volatile.Write(ref _imbalance, imbalance); // partner: the read above
            Volatile.Write(ref _checkedAt, TimeProvider.System.GetTimestamp());
            return imbalance;
        }
        finally
        {
            Volatile.Write(ref _checking, 0); // partner: the exchange above
        }
    }

    private static JsonAnswer WithReason(string status, string reason) => new()
    {
        Head = json =>
        {
            json.WriteString("status", status);
            json.WriteString("reason", reason.ReplaceLineEndings(" "));
        },
    };
}
