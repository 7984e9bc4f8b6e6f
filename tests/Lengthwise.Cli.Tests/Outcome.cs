using Lengthwise.Cli.Output;

namespace Lengthwise.Cli.Tests;

/// <summary>What a command line printed and returned when run inside the test.</summary>
internal sealed record Outcome(ExitCode Code, string Out, string Error)
{
    public static Outcome Of(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var terminal = new Terminal(output, error, redraws: false, hasColour: false, Terminal.DefaultWidth);
        ExitCode code = CommandLine.Run(arguments, terminal);
        return new Outcome(code, output.ToString(), error.ToString());
    }
}
