using System.Diagnostics;
using FastStream.Protocol;

namespace FastStream.Client;

/// <summary>Opens a producer's first connection, again and again where the options and the reason allow it.</summary>
internal static class FirstConnection
{
    public static async Task<Connection> OpenAsync(ProducerOptions options)
    {
        long start = Stopwatch.GetTimestamp();
        TimeSpan pause = options.MinBackOff;
        while (true)
        {
            try
            {
                return await Task.Run(() => Connection.Open(options, options.Epoch)).ConfigureAwait(false);
            }
            catch (ProducerException exception)
            {
                // A server that is there but busy or recovering is waited for; one that is not only if asked.
                bool mayHelp = exception.Code == ErrorCode.None ? options.WaitForServer : exception.Code.IsTransient();
                bool isOver = Stopwatch.GetElapsedTime(start) + pause > options.ConnectTimeout;
                if (!options.Retry || !mayHelp || isOver)
                {
                    throw;
                }
            }

            await Task.Delay(pause).ConfigureAwait(false);
            pause = pause * 2 > options.MaxBackOff ? options.MaxBackOff : pause * 2;
        }
    }
}
