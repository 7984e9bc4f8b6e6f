using System.CommandLine;
using System.Globalization;
using System.Text;
using Lengthwise.Cli.Commands;
using Lengthwise.Cli.Output;

namespace Lengthwise.Cli.Tests.Output;

public sealed class HelpTextTests
{
    [Fact]
    public void Help_of_every_command_is_the_approved_text()
    {
        string help = HelpOfEveryCommand(Terminal.DefaultWidth);

        Approved.Matches("help", help);
    }

    [Fact]
    public void Help_does_not_depend_on_the_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        string invariant = HelpOfEveryCommand(Terminal.DefaultWidth);

        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
        string german = HelpOfEveryCommand(Terminal.DefaultWidth);
        CultureInfo.CurrentCulture = before;

        Assert.Equal(invariant, german);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(120)]
    public void No_line_of_help_is_wider_than_the_terminal(int width)
    {
        string[] lines = HelpOfEveryCommand(width).Split('\n');

        Assert.All(lines, line => Assert.True(line.Length <= width, line));
    }

    [Fact]
    public void Every_command_has_examples()
    {
        Command[] commands = [.. Visible(CommandLine.Create(TerminalOfWidth(80)).Subcommands)];

        Assert.All(commands, command => Assert.NotEmpty(Assert.IsAssignableFrom<DocumentedCommand>(command).Examples));
    }

    private static string HelpOfEveryCommand(int width)
    {
        var text = new StringBuilder();
        RootCommand root = CommandLine.Create(TerminalOfWidth(width));
        foreach (Command command in WithSubcommands(root)) text.Append("$ ").Append(HelpText.PathOf(command)).AppendLine(" --help").AppendLine(HelpText.Render(command, width));
        return text.ToString();
    }

    private static IEnumerable<Command> WithSubcommands(Command command) => Visible(command.Subcommands).SelectMany(WithSubcommands).Prepend(command);

    private static IEnumerable<Command> Visible(IEnumerable<Command> commands) => commands.Where(c => !c.Hidden);

    private static Terminal TerminalOfWidth(int width) => new(TextWriter.Null, TextWriter.Null, redraws: false, hasColour: false, width);
}
