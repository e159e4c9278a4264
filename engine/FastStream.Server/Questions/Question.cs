using FastStream.Server.Configuration;

namespace FastStream.Server.Questions;

/// <summary>A question as it comes: the segments of its path behind <c>/v1/</c>, and its parameters.</summary>
internal sealed class Question
{
    private const string Prefix = "v1/";

    private readonly Dictionary<string, string> _parameters;

    public Question(string path, IEnumerable<KeyValuePair<string, string>> parameters)
    {
        path = path.TrimStart('/');
        Path = path.StartsWith(Prefix, StringComparison.Ordinal) ? path[Prefix.Length..] : path;
        Segments = [.. Path.Split('/').Select(Uri.UnescapeDataString)];
        _parameters = new Dictionary<string, string>(parameters, StringComparer.Ordinal);
    }

    public string Path { get; }

    public IReadOnlyList<string> Segments { get; }

    /// <summary>Reads a path with its query string, such as <c>windows?stream=s&amp;view=v</c>.</summary>
    public static Question Parse(string text)
    {
        string[] parts = text.Split('?', 2);
        IEnumerable<KeyValuePair<string, string>> parameters = parts.Length == 1
            ? []
            : parts[1].Split('&', StringSplitOptions.RemoveEmptyEntries)
                .Select(pair => pair.Split('=', 2))
                .Select(pair => KeyValuePair.Create(Decode(pair[0]), pair.Length == 1 ? "" : Decode(pair[1])))
                .DistinctBy(pair => pair.Key);
        return new Question(parts[0], parameters);
    }

    /// <summary>A parameter; null when it is not there.</summary>
    public string? Find(string name) => _parameters.GetValueOrDefault(name);

    public string Get(string name) => Find(name) is { Length: > 0 } value
        ? value
        : throw QuestionException.BadRequest($"parameter \"{name}\" is missing: add {name}=...");

    /// <summary>A time in nanoseconds; null when it is not there.</summary>
    public long? FindTime(string name)
    {
        if (Find(name) is not string text)
        {
            return null;
        }

        return TimeText.TryParse(text, out long timeNs) ? timeNs : throw QuestionException.BadTime(name, text);
    }

    public bool FindSwitch(string name) => Find(name) switch
    {
        null or "false" => false,
        "true" or "" => true,
        string other => throw QuestionException.BadRequest($"{name} \"{other}\" is no switch: write true or false"),
    };

    public int FindCount(string name, int least, int most, int usual)
    {
        if (Find(name) is not string text)
        {
            return usual;
        }

        return int.TryParse(text, out int count) && count >= least && count <= most
            ? count
            : throw QuestionException.BadRequest($"{name} \"{text}\" is no number in {least}..{most}: write one");
    }

    /// <summary>Refuses parameters that mean nothing here, so that a mistyped one is not passed over.</summary>
    public void AllowOnly(params string[] names)
    {
        foreach (string name in _parameters.Keys)
        {
            if (!names.Contains(name))
            {
                string known = names.Length == 0 ? "none" : string.Join(", ", names);
                throw QuestionException.BadRequest(
                    $"parameter \"{name}\" is not known here{NearestWord.Hint(name, names)}: there are {known}");
            }
        }
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
