using Spectre.Console;

namespace FastStream.Cli.Output;

/// <summary>
/// Spectre consoles over given writers: colour and width as the terminal has them, plain text elsewhere.
/// </summary>
internal static class Terminal
{
    private const int WidthWithoutTerminal = 160;

    public static IAnsiConsole Create(TextWriter output)
    {
        bool terminal = (output == Console.Out && !Console.IsOutputRedirected)
            || (output == Console.Error && !Console.IsErrorRedirected);
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = terminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = terminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = terminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!terminal)
        {
            console.Profile.Width = WidthWithoutTerminal;
        }

        return console;
    }
}
