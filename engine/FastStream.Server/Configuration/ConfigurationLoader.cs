using System.Collections.Immutable;
using System.Text.Json;
using FastStream.Engine.Definitions;
using Microsoft.Extensions.Configuration;

namespace FastStream.Server.Configuration;

/// <summary>Reads file, environment and flags into typed options, and reports every fault at once.</summary>
internal static class ConfigurationLoader
{
    private static readonly JsonDocumentOptions s_json =
        new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <exception cref="ServerStartException">Something is at fault.</exception>
    public static ServerOptions Load(ConfigurationSources sources)
    {
        List<string> faults = [];
        ServerOptions options = new();
        IConfigurationRoot configuration = Build(sources, faults, out ImmutableArray<StreamDefinition> streams);
        foreach ((string name, string? value) in configuration.AsEnumerable())
        {
            if (value is not null && !IsOfStreams(name))
            {
                options = Apply(options, name, value, faults);
            }
        }

        options = options with { Streams = streams };
        faults.AddRange(options.Validate());
        return faults.Count == 0
            ? options
            : throw new ServerStartException(ServerStartFault.BadConfiguration, faults);
    }

    private static IConfigurationRoot Build(
        ConfigurationSources sources, List<string> faults, out ImmutableArray<StreamDefinition> streams)
    {
        ConfigurationBuilder builder = new();
        streams = [];
        string? file = sources.File
            ?? (File.Exists(ConfigurationSources.DefaultFile) ? ConfigurationSources.DefaultFile : null);
        if (file is not null && ReadFile(file, faults) is byte[] bytes)
        {
            builder.AddJsonStream(new MemoryStream(bytes));
            streams = ReadStreams(bytes, faults);
        }

        builder.AddInMemoryCollection(FromEnvironment(sources.Environment));
        builder.AddInMemoryCollection(sources.Flags.Select(f => KeyValuePair.Create(f.Key, (string?)f.Value)));
        try
        {
            return builder.Build();
        }
        catch (FormatException fault)
        {
            faults.Add($"{file}: {Innermost(fault)}: correct the file");
            throw new ServerStartException(ServerStartFault.BadConfiguration, faults, fault);
        }
    }

    private static ServerOptions Apply(ServerOptions options, string name, string value, List<string> faults)
    {
        Setting? setting = SettingCatalog.All.FirstOrDefault(
            s => string.Equals(s.Name, name, StringComparison.OrdinalIgnoreCase));
        if (setting is null)
        {
            faults.Add($"setting \"{name}\" is not known{NearestWord.Hint(name, KnownNames())}: remove or correct it");
            return options;
        }

        ServerOptions? applied = setting.Apply(options, value.Trim());
        if (applied is null)
        {
            faults.Add($"setting \"{setting.Name}\" cannot be \"{value}\": write {setting.Form}");
        }

        return applied ?? options;
    }

    private static byte[]? ReadFile(string path, List<string> faults)
    {
        try
        {
            byte[] bytes = File.ReadAllBytes(path);
            using JsonDocument document = JsonDocument.Parse(bytes, s_json);
            if (!JsonTexts.AreReadable(document.RootElement))
            {
                faults.Add($"{path}: {JsonTexts.Fault}: correct it");
                return null;
            }

            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return bytes;
            }

            faults.Add($"{path}: the file holds no JSON object: write {{ \"port\": 7070 }}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            faults.Add($"{path} cannot be read: {fault.Message}");
        }
        catch (JsonException fault)
        {
            faults.Add($"{path} is not JSON: {fault.Message.ReplaceLineEndings(" ")}");
        }

        return null;
    }

    private static ImmutableArray<StreamDefinition> ReadStreams(byte[] bytes, List<string> faults)
    {
        using JsonDocument document = JsonDocument.Parse(bytes, s_json);
        foreach (JsonProperty property in document.RootElement.EnumerateObject())
        {
            if (string.Equals(property.Name, SettingCatalog.Streams, StringComparison.OrdinalIgnoreCase))
            {
                return DefinitionJson.Read(property.Value, faults);
            }
        }

        return [];
    }

    private static IEnumerable<KeyValuePair<string, string?>> FromEnvironment(
        IReadOnlyDictionary<string, string> variables)
    {
        foreach ((string name, string value) in variables)
        {
            if (name.StartsWith(ConfigurationSources.EnvironmentPrefix, StringComparison.OrdinalIgnoreCase))
            {
                string key = name[ConfigurationSources.EnvironmentPrefix.Length..];
                yield return KeyValuePair.Create(key.Replace("__", ":", StringComparison.Ordinal), (string?)value);
            }
        }
    }

    private static bool IsOfStreams(string name) =>
        name.Equals(SettingCatalog.Streams, StringComparison.OrdinalIgnoreCase)
        || name.StartsWith(SettingCatalog.Streams + ":", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> KnownNames() =>
        SettingCatalog.All.Select(s => s.Name).Append(SettingCatalog.Streams);

    private static string Innermost(Exception fault) =>
        fault.InnerException is null ? fault.Message.ReplaceLineEndings(" ") : Innermost(fault.InnerException);
}
