using System.Diagnostics;
using System.Globalization;

namespace FastStream.Cli.Demo;

/// <summary>
/// What the demo shows: numbered steps, notes below them, and one line of progress that rewrites itself in a terminal.
/// </summary>
internal sealed class DemoScreen(TextWriter output)
{
    private const int BarWidth = 24;
    private readonly bool _terminal = output == Console.Out && !Console.IsOutputRedirected;
    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private int _step;
    private int _lastTenth = -1;
    private bool _barShown;

    public TextWriter Output => output;

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_startedAt);

    public void Title(string text)
    {
        output.WriteLine(text);
        output.WriteLine();
    }

    public void Step(string name, string text)
    {
        ClearBar();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Elapsed.TotalSeconds,5:0.0} s  {++_step,2}. {name,-9} {text}"));
    }

    public void Note(string text)
    {
        ClearBar();
        output.WriteLine(new string(' ', 24) + text);
    }

    public void Progress(double share, string text)
    {
        if (!_terminal)
        {
            int tenth = (int)(share * 10);
            if (tenth > _lastTenth)
            {
                _lastTenth = tenth;
                Note(string.Create(CultureInfo.InvariantCulture, $"{share,4:P0} {text}"));
            }

            return;
        }

        int filled = (int)(share * BarWidth);
        string bar = new string('█', filled) + new string('░', BarWidth - filled);
        output.Write(string.Create(CultureInfo.InvariantCulture, $"\r\u001b[K         {bar} {share:P0} {text}"));
        _barShown = true;
    }

    private void ClearBar()
    {
        if (_barShown)
        {
            output.Write("\r\u001b[K");
            _barShown = false;
        }
    }
}
