using Lengthwise.Cli.Output;

namespace Lengthwise.Cli.Commands;

/// <summary><c>lengthwise data</c>: where tasks have their data from, that data as files, and checks of such files.</summary>
internal sealed class DataCommand : DocumentedCommand
{
    public DataCommand(Terminal terminal)
        : base("data", "Lists, downloads, makes, checks and exports data: a task's own, or yours.", [
            new("data ls", "what there is, and what of it is here"),
            new("data get text", "the official files of a task"),
            new("data make listops --out listops", "Long Range Arena's three TSV files, generated"),
            new("data check recordings.csv", "what was inferred from your file, and what is wrong with it"),
            new("data export own-data --set task.path=recordings.csv --out arrays", "splits as NumPy arrays"),
        ])
    {
        Add(new DataListCommand(terminal));
        Add(new DataGetCommand(terminal));
        Add(new DataMakeCommand(terminal));
        Add(new DataCheckCommand(terminal));
        Add(new DataExportCommand(terminal));
    }
}
