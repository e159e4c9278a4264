using Microsoft.Extensions.Logging;

namespace FastStream.Engine.Ingress.Tcp;

/// <summary>
/// Warnings that may come in floods: each kind gets one line a second, which says how many were left out.
/// </summary>
internal sealed class QuietLog(ILogger log, TimeProvider time)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, Kind> _kinds = new(StringComparer.Ordinal);

    /// <summary>Any thread: writes the line unless one of its kind was written within the last second.</summary>
    public void Warn(string kind, string line)
    {
        long left;
        lock (_kinds)
        {
            if (_kinds.TryGetValue(kind, out Kind? known) && time.GetElapsedTime(known.LastWritten) < s_interval)
            {
                known.LeftOut++;
                return;
            }

            known ??= _kinds[kind] = new Kind();
            left = known.LeftOut;
            known.LeftOut = 0;
            known.LastWritten = time.GetTimestamp();
        }

        if (left > 0)
        {
            log.LogWarning("{Line} ({Left} more like this were not written)", line, left);
        }
        else
        {
            log.LogWarning("{Line}", line);
        }
    }

    private sealed class Kind
    {
        public long LastWritten;
        public long LeftOut;
    }
}
