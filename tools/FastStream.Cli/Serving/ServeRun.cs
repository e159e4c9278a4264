using System.CommandLine;
using FastStream.Server;
using FastStream.Server.Configuration;

namespace FastStream.Cli.Serving;

/// <summary>One run of the server, from its configuration to its orderly end.</summary>
internal static class ServeRun
{
    public static async Task<ExitCode> RunAsync(ServePlan plan, InvocationConfiguration console, CancellationToken stop)
    {
        try
        {
            ConfigurationSources sources = new() { File = plan.ConfigFile, Flags = plan.Flags };
            ServerOptions options = ServerOptions.Load(sources);
            await using ServerHost server = await ServerHost.StartAsync(options);
            console.Output.WriteLine(
                $"READY port={server.FramePort} http={server.HttpPort} recovered_frames={server.RecoveredFrames}");
            console.Output.Flush();
            using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stop);
            if (plan.StopWithInput)
            {
                _ = StopWithInputAsync(end);
            }

            return await WaitAsync(server, console.Error, end.Token);
        }
        catch (ServerStartException refused)
        {
            // Several faults are several lines; the last one ends the command as every failure does.
            foreach (string line in refused.Lines.SkipLast(1))
            {
                console.Error.WriteLine($"faststream: {line}");
            }

            throw new CommandFailure(ExitCodeOf(refused.Fault), refused.Lines[^1], refused);
        }
    }

    /// <summary>
    /// A faulted engine still answers for closed windows, so the server stays; but its end is then no success.
    /// </summary>
    private static async Task<ExitCode> WaitAsync(ServerHost server, TextWriter error, CancellationToken end)
    {
        Task shutdown = server.WaitForShutdownAsync(end);
        if (await Task.WhenAny(shutdown, server.Faulted) == shutdown)
        {
            return ExitCode.Ok;
        }

        Exception? fault = server.Faulted.Exception?.InnerException;
        CommandFailure? known = fault is null ? null : EngineFailures.ToFailure(fault);
        error.WriteLine($"faststream: the engine has stopped taking records: {fault?.Message}; questions "
            + "about closed windows are still answered; look into it, then restart the server");
        await shutdown;
        return known?.Code ?? ExitCode.Failed;
    }

    private static async Task StopWithInputAsync(CancellationTokenSource end)
    {
        // Off this thread at once: reading a console blocks.
        await Task.Yield();
        byte[] ignored = new byte[256];
        await using System.IO.Stream input = Console.OpenStandardInput();
        while (await input.ReadAsync(ignored) > 0)
        {
            // Whatever is typed means nothing; only the end counts.
        }

        await end.CancelAsync();
    }

    private static ExitCode ExitCodeOf(ServerStartFault fault)
    {
        return fault switch
        {
            ServerStartFault.BadConfiguration or ServerStartFault.VolatileFileSystem => ExitCode.BadConfiguration,
            ServerStartFault.PortTaken => ExitCode.PortTaken,
            ServerStartFault.FolderInUse => ExitCode.FolderInUse,
            ServerStartFault.Damaged => ExitCode.Damaged,
            ServerStartFault.WrongVersion => ExitCode.WrongVersion,
            ServerStartFault.DiskFull => ExitCode.DiskFull,
            _ => ExitCode.Failed,
        };
    }
}
