using System.Globalization;
using FastStream.Cli;
using FastStream.TestKit.Processes;

namespace FastStream.Tests.Cli;

/// <summary><c>serve</c> inside this process, on free ports and a folder of its own, and short ways to run other commands on it.</summary>
internal sealed class ToolServer : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly LineSignal _output = new();
    private readonly StringWriter _error = new();
    private readonly Task<int> _serving;

    private ToolServer(bool ephemeral)
    {
        Data = _folder.PathOf("data");
        string[] keeping = ephemeral ? ["--ephemeral"] : ["--data", Data, "--allow-volatile"];
        string[] args = ["serve", .. keeping, "--port", "0", "--http", "0", "--partitions", "2"];
        _serving = CommandLine.RunAsync(args, _output, _error, _stop.Token);
    }

    public string Data { get; }

    public int FramePort { get; private set; }

    public int HttpPort { get; private set; }

    public static async Task<ToolServer> StartAsync(bool ephemeral = false)
    {
        ToolServer server = new(ephemeral);
        Task first = await Task.WhenAny(server._output.Line, server._serving).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(first == server._output.Line, server._error.ToString());
        string[] words = (await server._output.Line).Split(' ');
        Assert.Equal(["READY", "port", "http", "recovered_frames"], words.Select(word => word.Split('=')[0]));
        server.FramePort = int.Parse(words[1].Split('=')[1], CultureInfo.InvariantCulture);
        server.HttpPort = int.Parse(words[2].Split('=')[1], CultureInfo.InvariantCulture);
        return server;
    }

    /// <summary>Runs a command line; <c>PORT</c> and <c>HTTP</c> in it stand for the server's ports.</summary>
    public async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int code = await CommandLine.RunAsync([.. args.Select(Fill)], output, error);
        return (code, output.ToString().Trim(), error.ToString().Trim());
    }

    public async Task<int> StopAsync()
    {
        await _stop.CancelAsync();
        return await _serving.WaitAsync(TimeSpan.FromSeconds(60));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        await _output.DisposeAsync();
        await _error.DisposeAsync();
        _folder.Dispose();
    }

    private string Fill(string arg)
    {
        return arg switch
        {
            "PORT" => FramePort.ToString(CultureInfo.InvariantCulture),
            "HTTP" => HttpPort.ToString(CultureInfo.InvariantCulture),
            "DATA" => Data,
            _ => arg,
        };
    }

    /// <summary>A writer that tells of its first line.</summary>
    private sealed class LineSignal : StringWriter
    {
        private readonly TaskCompletionSource<string> _line = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> Line => _line.Task;

        public override void WriteLine(string? value)
        {
            _line.TrySetResult(value ?? "");
        }
    }
}
