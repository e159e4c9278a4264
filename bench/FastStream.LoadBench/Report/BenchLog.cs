using System.Globalization;
using System.Text.Json;

namespace FastStream.LoadBench.Report;

/// <summary>
/// Progress goes to the error stream. In a terminal the output is tables; piped it is JSON lines, and the tables join the
/// progress. A file gets the JSON lines either way.
/// </summary>
internal sealed class BenchLog : IDisposable
{
    private readonly TextWriter _output;
    private readonly TextWriter _error;
    private readonly bool _isPiped;
    private readonly StreamWriter? _file;

    public BenchLog(TextWriter output, TextWriter error, bool isPiped, string? jsonFile)
    {
        _output = output;
        _error = error;
        _isPiped = isPiped;
        _file = jsonFile is null ? null : new StreamWriter(jsonFile);
    }

    public void Say(string line) => _error.WriteLine(line);

    public void Table(string line) => (_isPiped ? _error : _output).WriteLine(line);

    /// <summary>The figures of a step, as they come.</summary>
    public void Measured(MeasuredLine line)
    {
        IEnumerable<string> shown = line.Figures.Select(figure => $"{figure.Key} {Number.Show(figure.Value)}");
        Say(string.Create(CultureInfo.InvariantCulture, $"  {line.Measured}: {string.Join(", ", shown)}"));
        Json(JsonSerializer.Serialize(line, LoadBenchJson.Default.MeasuredLine));
    }

    public void Json(GoalLine line) => Json(JsonSerializer.Serialize(line, LoadBenchJson.Default.GoalLine));

    public void Dispose() => _file?.Dispose();

    private void Json(string line)
    {
        if (_isPiped)
        {
            _output.WriteLine(line);
        }

        _file?.WriteLine(line);
        _file?.Flush();
    }
}
