using System.Text;

namespace FastStream.Cli.Sources;

/// <summary>Finds out what kind of file the head of a source belongs to.</summary>
internal static class SourceSyntax
{
    private const int SampleLines = 20;

    /// <summary>In order of preference: where two fit, the later candidates are more likely part of the text.</summary>
    private static readonly char[] s_delimiters = ['\t', ';', '|', ','];

    public static bool IsJson(SourceOptions options, string name, SourceHead head)
    {
        switch (options.Syntax)
        {
            case "csv":
                return false;
            case "jsonl":
                return true;
        }

        string extension = Path.GetExtension(name).ToUpperInvariant();
        char first = FirstCharacter(head);
        if (first == '[' && extension is ".JSON" or ".JSONL" or ".NDJSON")
        {
            throw new CommandFailure(ExitCode.Failed,
                $"{name} is one JSON array; send it as JSON lines: jq -c '.[]' {name} | faststream send - ...");
        }

        return extension is ".JSON" or ".JSONL" or ".NDJSON" || (extension is not (".CSV" or ".TSV") && first == '{');
    }

    /// <summary>
    /// The delimiter that splits every sample line into the same number of cells, more than one; else the most frequent
    /// in the first line; else a comma.
    /// </summary>
    public static char Delimiter(SourceHead head, Encoding encoding)
    {
        List<string> lines = SampleOutsideQuotes(encoding.GetString(head.CompleteLines().Span));
        foreach (char candidate in s_delimiters)
        {
            int count = lines.Count == 0 ? 0 : lines[0].Count(c => c == candidate);
            if (count > 0 && lines.All(line => line.Count(c => c == candidate) == count))
            {
                return candidate;
            }
        }

        string first = lines.Count == 0 ? "" : lines[0];
        char frequent = s_delimiters.MaxBy(candidate => first.Count(c => c == candidate));
        return first.Contains(frequent) ? frequent : ',';
    }

    private static char FirstCharacter(SourceHead head)
    {
        ReadOnlySpan<byte> bytes = head.Bytes;
        bytes = bytes.StartsWith(SourceHead.Utf8Bom) ? bytes[SourceHead.Utf8Bom.Length..] : bytes;
        bytes = bytes.TrimStart(" \t\r\n"u8);
        return bytes.IsEmpty ? '\0' : (char)bytes[0];
    }

    /// <summary>
    /// The first lines with everything between quotes left out; a quoted line break does not end a line.
    /// </summary>
    private static List<string> SampleOutsideQuotes(string text)
    {
        List<string> lines = [];
        StringBuilder line = new();
        bool quoted = false;
        foreach (char c in text)
        {
            if (c == '"')
            {
                quoted = !quoted;
            }
            else if (c == '\n' && !quoted)
            {
                if (line.Length > 0)
                {
                    lines.Add(line.ToString());
                }

                line.Clear();
                if (lines.Count == SampleLines)
                {
                    return lines;
                }
            }
            else if (!quoted && c != '\r')
            {
                line.Append(c);
            }
        }

        if (line.Length > 0)
        {
            lines.Add(line.ToString());
        }

        return lines;
    }
}
