using Spectre.Console;

namespace Lengthwise.Cli.Output;

/// <summary>
/// Where a command writes: results to <see cref="Out"/>, everything else to <see cref="Error"/>. Only a terminal is redrawn or
/// coloured; files and pipes get plain lines.
/// </summary>
internal sealed class Terminal(TextWriter output, TextWriter error, bool redraws, bool hasColour, int width)
{
    /// <summary>Width assumed where there is no terminal to ask.</summary>
    public const int DefaultWidth = 80;

    /// <summary>Results.</summary>
    public TextWriter Out { get; } = output;

    /// <summary>Progress, notes and errors.</summary>
    public TextWriter Error { get; } = error;

    /// <summary>Whether progress may be redrawn in place.</summary>
    public bool Redraws { get; } = redraws;

    /// <summary>Whether colour may be used on <see cref="Error"/>.</summary>
    public bool HasColour { get; } = hasColour;

    /// <summary>Columns.</summary>
    public int Width { get; } = width;

    /// <summary>The process's own console.</summary>
    public static Terminal FromConsole()
    {
        bool isTerminal = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not ("dumb" or "");
        bool wantsColour = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        bool hasWidth = !Console.IsOutputRedirected || !Console.IsErrorRedirected;
        int width = hasWidth && Console.WindowWidth > 0 ? Math.Clamp(Console.WindowWidth, 40, 160) : DefaultWidth;
        return new Terminal(Console.Out, Console.Error, isTerminal, isTerminal && wantsColour, width);
    }

    /// <summary>A console on <see cref="Error"/> for live displays.</summary>
    public IAnsiConsole LiveConsole() => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(Error),
        Ansi = Redraws ? AnsiSupport.Yes : AnsiSupport.No,
        ColorSystem = HasColour ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        Interactive = InteractionSupport.No,
    });

    /// <summary>A remark that is not a result.</summary>
    public void Note(string text) => Error.WriteLine(text);
}
