using System.Collections.Immutable;
using FastStream.Engine;
using FastStream.Engine.Definitions;
using FastStream.Engine.Ingress.Tcp;
using FastStream.Server.Configuration;
using Microsoft.Extensions.Logging;

namespace FastStream.Server;

/// <summary>How a server runs: its engine, its two ports, the streams it has from the start.</summary>
public sealed record ServerOptions
{
    /// <summary>The engine; its folder is <c>./faststream-data</c> unless another is named.</summary>
    public IngestionEngineOptions Engine { get; init; } = new() { DataDirectory = "./faststream-data" };

    /// <summary>Where frames come in; port 7070 on loopback.</summary>
    public FrameListenerOptions Frames { get; init; } = new();

    /// <summary>Port for HTTP, on loopback only; default 7071, 0 takes a free one.</summary>
    public int HttpPort { get; init; } = 7071;

    /// <summary>
    /// Streams and views that are there from the start; those that are there already may gain fields and views.
    /// </summary>
    public ImmutableArray<StreamDefinition> Streams { get; init; } = [];

    /// <summary>Least level of the lines written to stderr; default warning.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Warning;

    /// <summary>Reads options from a file, the environment and flags; later ones win.</summary>
    /// <exception cref="ServerStartException">Something in them is at fault; every fault is listed.</exception>
    public static ServerOptions Load(ConfigurationSources sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        return ConfigurationLoader.Load(sources);
    }

    /// <summary>Faults in one line each, all of them; empty when the options can be used.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> faults = [.. Engine.Validate(), .. Frames.Validate()];
        if (HttpPort is < 0 or > 65_535)
        {
            faults.Add($"{nameof(HttpPort)} {HttpPort} is outside 0..65,535 (0 = a free one)");
        }

        if (HttpPort == Frames.Port && HttpPort != 0)
        {
            faults.Add($"{nameof(HttpPort)} {HttpPort} is the port for frames too: give each a port of its own");
        }

        return faults;
    }
}
