using System.Globalization;

namespace FastStream.LoadBench.Report;

/// <summary>Progress goes to the error stream, tables to the output, JSON lines to a file or to an output that is piped.</summary>
internal sealed class BenchLog : IDisposable
{
    private readonly TextWriter _output;
    private readonly TextWriter _error;
    private readonly StreamWriter? _file;

    public BenchLog(TextWriter output, TextWriter error, string? jsonFile)
    {
        _output = output;
        _error = error;
        _file = jsonFile is null ? null : new StreamWriter(jsonFile);
    }

    public void Say(string line) => _error.WriteLine(line);

    public void Table(string line) => _output.WriteLine(line);

    /// <summary>The figures of a case, as they come.</summary>
    public void Measured(string name, IReadOnlyDictionary<string, double> figures, string json)
    {
        IEnumerable<string> shown = figures.Select(figure => $"{figure.Key} {Number.Show(figure.Value)}");
        Say(string.Create(CultureInfo.InvariantCulture, $"  {name}: {string.Join(", ", shown)}"));
        Json(json);
    }

    public void Json(string line)
    {
        if (line.Length == 0)
        {
            return;
        }

        _file?.WriteLine(line);
        _file?.Flush();
    }

    public void Dispose() => _file?.Dispose();
}
