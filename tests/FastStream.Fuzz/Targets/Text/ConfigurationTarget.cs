using System.Text;
using FastStream.Server;
using FastStream.Server.Configuration;
using FastStream.TestKit.Processes;

namespace FastStream.Fuzz.Targets.Text;

/// <summary>The configuration: a variable NAME=VALUE on the first line, the JSON file behind it.</summary>
internal sealed class ConfigurationTarget : TextTarget
{
    private readonly TempFolder _folder = new();
    private readonly string _path;

    public ConfigurationTarget() => _path = _folder.PathOf("appsettings.json");

    public override string Name => "configuration";

    public override int Weight => 1;

    public override IReadOnlyList<string> Words { get; } =
    [
        .. SettingCatalog.All.Select(setting => setting.Name), "\"port\":", "\"limits\":", "\"streams\":", "{", "}", "[", "]", "null",
        "true", "250ms", "99999d", "9223372036854775807ns", "::1", "localhost", "trace", "FASTSTREAM_", "__", "\"\\ud800\"",
    ];

    public override bool Run(ReadOnlySpan<byte> input)
    {
        int line = Math.Max(0, input.IndexOf((byte)'\n'));
        string[] variable = Encoding.UTF8.GetString(input[..line]).Split('=', 2);
        File.WriteAllBytes(_path, input[Math.Min(line + 1, input.Length)..]);
        try
        {
            ServerOptions options = ServerOptions.Load(new ConfigurationSources
            {
                File = _path,
                Environment = new Dictionary<string, string> { [variable[0]] = variable[^1] },
            });
            Require(options.Validate().Count == 0, "options with faults are taken");
            return true;
        }
        catch (ServerStartException refusal)
        {
            Require(refusal.Fault == ServerStartFault.BadConfiguration && refusal.Lines.Count > 0, "a refusal without a reason");
            return false;
        }
    }

    // The configuration's own machinery makes dictionaries of every value.
    public override long AllocationLimit(int inputBytes) => (2 << 20) + (2000L * inputBytes);

    protected override string Write(FuzzRandom random) =>
        $$"""
        FASTSTREAM_LIMITS__MAXFRAMEBYTES={{1 << random.Between(16, 20)}}
        { "port": {{random.Between(1024, 30_000)}}, "httpPort": {{random.Between(30_001, 60_000)}}, "logLevel": "debug",
          "limits": { "maxStreams": {{random.Between(1, 100)}} },
          "snapshots": { "every": "{{random.Between(1, 100)}}s" },
          "streams": { "s": { "definition": "u64 (x)", "views": { "v": "tumbling 1m by key: count" } } } }
        """;

    protected override bool Parse(string text) => false;

    protected override void Release() => _folder.Dispose();
}
