using Lengthwise.Cli.Output;

namespace Lengthwise.Cli.Commands;

/// <summary><c>lengthwise data</c>: a task's data as files, and checks of such files.</summary>
internal sealed class DataCommand : DocumentedCommand
{
    public DataCommand(Terminal terminal)
        : base("data", "Writes a task's data as text files, or checks such a file.", [
            new("data make listops --out listops", "Long Range Arena's three TSV files, generated"),
            new("data check listops/basic_test.tsv --verify-labels", "every label evaluated again"),
        ])
    {
        Add(new DataMakeCommand(terminal));
        Add(new DataCheckCommand(terminal));
    }
}
