using System.CommandLine;

namespace Lengthwise.Cli.Commands;

/// <summary>A command whose help ends with examples.</summary>
/// <param name="name">Name on the command line.</param>
/// <param name="description">What it does; the first sentence stands in the list of commands.</param>
/// <param name="examples">Command lines with what they are good for.</param>
internal abstract class DocumentedCommand(string name, string description, IReadOnlyList<Example> examples) : Command(name, description)
{
    /// <summary>Examples, shown at the end of the help.</summary>
    public IReadOnlyList<Example> Examples { get; } = examples;
}

/// <summary>One example.</summary>
/// <param name="Line">The command line, without the program's name.</param>
/// <param name="Purpose">What it is good for.</param>
internal sealed record Example(string Line, string Purpose);
