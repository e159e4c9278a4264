using System.Globalization;
using System.Net;
using FastStream.Engine.Definitions;
using Microsoft.Extensions.Logging;

namespace FastStream.Server.Configuration;

/// <summary>
/// One setting: its name in the file, the form of its value, and how a value gets into the options. Reading gives null
/// where the text is not of the form.
/// </summary>
internal sealed record Setting(string Name, string Form, Func<ServerOptions, string, ServerOptions?> Apply)
{
    public static Setting Text(string name, Func<ServerOptions, string, ServerOptions> apply) =>
        new(name, "text", (options, text) => text.Length == 0 ? null : apply(options, text));

    public static Setting Int(string name, Func<ServerOptions, int, ServerOptions> apply) =>
        new(name, "a whole number", (options, text) =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
                ? apply(options, value)
                : null);

    public static Setting Long(string name, Func<ServerOptions, long, ServerOptions> apply) =>
        new(name, "a whole number", (options, text) =>
            long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
                ? apply(options, value)
                : null);

    public static Setting Switch(string name, Func<ServerOptions, bool, ServerOptions> apply) =>
        new(name, "true or false", (options, text) =>
            bool.TryParse(text, out bool value) ? apply(options, value) : null);

    public static Setting Duration(string name, Func<ServerOptions, TimeSpan, ServerOptions> apply) =>
        new(name, "a duration such as 250ms, 10s, 5m, 1h or 7d", (options, text) =>
            DurationText.TryParse(text, out long ns) ? apply(options, TimeSpan.FromTicks(ns / 100)) : null);

    public static Setting Address(string name, Func<ServerOptions, IPAddress, ServerOptions> apply) =>
        new(name, "an address such as 127.0.0.1", (options, text) =>
            text == "localhost" ? apply(options, IPAddress.Loopback)
            : IPAddress.TryParse(text, out IPAddress? value) ? apply(options, value)
            : null);

    public static Setting Level(string name, Func<ServerOptions, LogLevel, ServerOptions> apply) =>
        new(name, "trace, debug, information, warning, error, critical or none", (options, text) =>
            !int.TryParse(text, out _)
            && Enum.TryParse(text, ignoreCase: true, out LogLevel value)
            && Enum.IsDefined(value)
                ? apply(options, value)
                : null);
}
