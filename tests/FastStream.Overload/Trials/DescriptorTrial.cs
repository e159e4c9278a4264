using System.Net;
using System.Net.Sockets;
using FastStream.Engine.Ingress.Tcp;
using FastStream.Overload.Clients;
using FastStream.Overload.Processes;
using FastStream.Protocol;
using FastStream.TestKit.Processes;

namespace FastStream.Overload.Trials;

/// <summary>
/// A server that may open few files, under floods of connections for frames and for HTTP: further ones are refused, an
/// honest producer goes on, and nothing dies.
/// </summary>
internal sealed class DescriptorTrial(int descriptors, int floodCount, TrialReport report)
{
    private const int FramesPerSecond = 200;

    public async Task RunAsync()
    {
        if (!OperatingSystem.IsLinux())
        {
            report.Skip($"{descriptors} descriptors", "limits are set and counted as Linux does it");
            return;
        }

        DescriptorBudget.Raise((2 * floodCount) + 500);
        TrialServer server = new();
        await using System.Runtime.CompilerServices.ConfiguredAsyncDisposable end = server.ConfigureAwait(false);
        server.Conditions = new ProcessConditions { Descriptors = descriptors };
        await server.StartAsync().ConfigureAwait(false);
        _ = await server.Questions.LedgerAsync().ConfigureAwait(false); // its connection stands before the flood
        report.Say($"ulimit -n {descriptors}: ready with {ProcessMemory.OpenDescriptors(server.Process.Id)} open");
        using PacedProducer producer = new(server.Process.Port, "s", "honest", AckLevel.Durable, FramesPerSecond);
        _ = producer.Run(TimeSpan.FromSeconds(1));
        using CancellationTokenSource over = new();
        Task honest = Task.Run(() => KeepSending(producer, over.Token));
        await FloodAsync(server).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        await honest.ConfigureAwait(false);
        await CheckAfterAsync(server, producer).ConfigureAwait(false);
    }

    private static void KeepSending(PacedProducer producer, CancellationToken over)
    {
        do
        {
            _ = producer.Run(TimeSpan.FromSeconds(0.5));
        }
        while (!over.IsCancellationRequested);
    }

    private async Task FloodAsync(TrialServer server)
    {
        DescriptorShares shares = DescriptorShares.Of(descriptors, 10_000, 64);
        List<IDisposable> held = [];
        try
        {
            int welcome = 0;
            int refused = 0;
            for (int i = 0; i < floodCount; i++)
            {
                LoopbackClient client = LoopbackClient.Connect(server.Process.Port, 2 + (i / 200));
                held.Add(client);
                if (IsWelcome(client))
                {
                    welcome++;
                }
                else
                {
                    refused++;
                }
            }

            int most = ProcessMemory.OpenDescriptors(server.Process.Id);
            FloodHttp(server, held);
            most = Math.Max(most, ProcessMemory.OpenDescriptors(server.Process.Id));
            report.Say($"{welcome} of {floodCount} connections were welcome, {refused} refused; {most} descriptors open");
            report.MustBe($"connections for frames at {descriptors} descriptors", welcome, Math.Min(floodCount, shares.Connections - 1));
            report.MustBe($"refused at {descriptors}", refused, floodCount - welcome);
            report.Must($"descriptors are left at {descriptors}", most < descriptors, $"{most} are open");
            report.State($"descriptors open at {descriptors}, at most", most, "");
            report.Must($"HTTP was refused at {descriptors}",
                await server.Questions.MetricAsync("faststream_http_connections_refused").ConfigureAwait(false) > 0, "none");
        }
        finally
        {
            held.ForEach(one => one.Dispose());
        }
    }

    private static bool IsWelcome(LoopbackClient client)
    {
        try
        {
            _ = client.Greet("", "");
            return true;
        }
        catch (Exception refused) when (refused is SocketException or RefusedException { Code: ErrorCode.TooManyConnections })
        {
            return false;
        }
    }

    // Half a request each: a connection that stays.
    private void FloodHttp(TrialServer server, List<IDisposable> held)
    {
        for (int i = 0; i < floodCount; i++)
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            held.Add(socket);
            try
            {
                socket.Connect(IPAddress.Loopback, server.Process.HttpPort);
                socket.Send("GET /health HTTP/1.1\r\nHost: localhost\r\n"u8);
            }
            catch (SocketException)
            {
                // Closed already: refused.
            }
        }
    }

    private async Task CheckAfterAsync(TrialServer server, PacedProducer producer)
    {
        _ = await server.Questions
            .WaitForMetricAsync("faststream_connections", value => value <= 1, TimeSpan.FromSeconds(30))
            .ConfigureAwait(false);
        using (LoopbackClient late = LoopbackClient.Connect(server.Process.Port))
        {
            report.Must($"a new connection is welcome after the flood ({descriptors})", IsWelcome(late), "it was refused");
        }

        long counted = await server.Questions.CountOfAsync("s", "1m").ConfigureAwait(false);
        report.MustBe($"records in the windows ({descriptors})", counted, producer.AckedRecords);
        report.MustBe($"exit code after SIGTERM ({descriptors})", await server.Process.TerminateAsync().ConfigureAwait(false), 0);
        (int exitCode, string text) = await server.VerifyAsync().ConfigureAwait(false);
        report.Must($"the folder is sound ({descriptors})", exitCode == 0, text);
    }
}
