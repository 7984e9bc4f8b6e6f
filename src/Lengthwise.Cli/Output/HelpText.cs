using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Text;
using Lengthwise.Cli.Commands;

namespace Lengthwise.Cli.Output;

/// <summary>Writes a command's help: what it does, usage, arguments, options, commands and examples, wrapped to the width.</summary>
internal sealed class HelpText(Terminal terminal) : SynchronousCommandLineAction
{
    private const int Indent = 2, Gap = 2, LongestName = 26;

    /// <summary>A mistake elsewhere on the line does not keep the help away.</summary>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        terminal.Out.Write(Render(parseResult.CommandResult.Command, terminal.Width));
        return (int)ExitCode.Done;
    }

    /// <summary>The help of one command.</summary>
    public static string Render(Command command, int width)
    {
        var text = new StringBuilder();
        foreach (string paragraph in (command.Description ?? "").Split('\n')) Wrap(text, paragraph, 0, width);
        text.AppendLine().AppendLine("Usage:");
        Wrap(text, Usage(command), Indent, width, hang: Indent + 2);
        Section(text, "Arguments:", command.Arguments.Where(a => !a.Hidden).Select(a => (ArgumentName(a), Described(a.Description, Default(a)))), width);
        Section(text, "Options:", AllOptions(command).Select(o => (OptionName(o), Described(o.Description, Default(o)))), width);
        Section(text, "Commands:", command.Subcommands.Where(c => !c.Hidden).Select(c => (c.Name, FirstSentence(c.Description))), width);
        if (command is DocumentedCommand { Examples.Count: > 0 } documented)
        {
            text.AppendLine().AppendLine("Examples:");
            foreach (Example example in documented.Examples)
            {
                Wrap(text, $"lengthwise {example.Line}", Indent, width, hang: Indent + 4, lineEnd: " \\");
                Wrap(text, example.Purpose, Indent + 4, width);
            }
        }
        return text.ToString();
    }

    private static void Section(StringBuilder text, string title, IEnumerable<(string Name, string What)> rows, int width)
    {
        (string Name, string What)[] all = [.. rows];
        if (all.Length == 0) return;
        text.AppendLine().AppendLine(title);
        int column = Indent + Math.Min(LongestName, all.Max(r => r.Name.Length)) + Gap;
        foreach ((string name, string what) in all)
        {
            text.Append(' ', Indent).Append(name);
            int at = Indent + name.Length;
            if (at + Gap > column)
            {
                text.AppendLine();
                at = 0;
            }
            Wrap(text, what, column, width, hang: column, firstIndent: column - at);
        }
    }

    private static string Usage(Command command)
    {
        string path = PathOf(command);
        foreach (Argument argument in command.Arguments.Where(a => !a.Hidden)) path += $" {ArgumentName(argument)}";
        if (command.Subcommands.Any(c => !c.Hidden)) path += " COMMAND";
        return $"{path} [options]";
    }

    /// <summary>The words that lead to a command, from the program's name on (which the root takes from whatever process hosts it).</summary>
    public static string PathOf(Command command) =>
        command is RootCommand ? "lengthwise" : $"{PathOf(command.Parents.OfType<Command>().First())} {command.Name}";

    private static IEnumerable<Option> AllOptions(Command command)
    {
        IEnumerable<Option> inherited = Ancestors(command).SelectMany(p => p.Options).Where(o => o.Recursive);
        return command.Options.Concat(inherited).Where(o => !o.Hidden).OrderBy(o => o is HelpOption or VersionOption || o.Recursive);
    }

    private static IEnumerable<Command> Ancestors(Command command) =>
        command.Parents.OfType<Command>().SelectMany(parent => Ancestors(parent).Prepend(parent));

    private static string ArgumentName(Argument argument)
    {
        string name = argument.HelpName ?? argument.Name.ToUpperInvariant();
        if (argument.Arity.MaximumNumberOfValues > 1) name += "...";
        return argument.Arity.MinimumNumberOfValues == 0 ? $"[{name}]" : name;
    }

    private static string OptionName(Option option)
    {
        IEnumerable<string> names = option.Aliases.Where(a => a.StartsWith('-') && a.Length == 2).Append(option.Name);
        string text = string.Join(", ", names);
        bool takesValue = option.ValueType != typeof(bool) && option is not (HelpOption or VersionOption);
        return takesValue ? $"{text} {option.HelpName ?? "VALUE"}" : text;
    }

    private static string Default(Symbol symbol)
    {
        (bool has, object? value) = symbol switch
        {
            Option { HasDefaultValue: true } o when o.ValueType != typeof(bool) => (true, o.GetDefaultValue()),
            Argument { HasDefaultValue: true } a when a.ValueType != typeof(bool) => (true, a.GetDefaultValue()),
            _ => (false, null),
        };
        return has && value is not null and not System.Collections.ICollection && value.ToString() is { Length: > 0 } shown ? $" [default: {shown}]" : "";
    }

    private static string Described(string? description, string addition) => (description ?? "") + addition;

    private static string FirstSentence(string? description)
    {
        string text = (description ?? "").Split('\n')[0];
        int stop = text.IndexOf(". ", StringComparison.Ordinal);
        return stop < 0 ? text : text[..(stop + 1)];
    }

    private static void Wrap(StringBuilder text, string what, int indent, int width, int hang = -1, int firstIndent = -1, string lineEnd = "")
    {
        if (hang < 0) hang = indent;
        text.Append(' ', firstIndent < 0 ? indent : firstIndent);
        int column = indent;
        bool isFirst = true;
        foreach (string word in what.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!isFirst && column + 1 + word.Length + lineEnd.Length > width)
            {
                text.AppendLine(lineEnd).Append(' ', hang);
                column = hang;
                isFirst = true;
            }
            if (!isFirst)
            {
                text.Append(' ');
                column++;
            }
            text.Append(word);
            column += word.Length;
            isFirst = false;
        }
        text.AppendLine();
    }
}
