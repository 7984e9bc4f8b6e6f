using System.Globalization;
using Lengthwise.Cli.Output;
using Lengthwise.Modeling.Records.Conversion;
using Lengthwise.Reports.DataSheets;

namespace Lengthwise.Cli.Checking;

/// <summary>A data sheet on the terminal.</summary>
/// <param name="terminal">The terminal.</param>
internal sealed class SheetText(Terminal terminal)
{
    private const int MostClasses = 12;

    /// <summary>Writes all but costs and recipe.</summary>
    /// <param name="sheet">The sheet.</param>
    /// <param name="bad">The data in numbers when rows were bad, else null.</param>
    public void Write(DataSheet sheet, DataSummary? bad)
    {
        terminal.Out.WriteLine(sheet.Answer);
        foreach (string line in sheet.Inferred) terminal.Out.WriteLine($"  {line}");
        terminal.Out.WriteLine();
        terminal.Out.Write(TextTable.Render(["what", sheet.Title], [.. sheet.Facts.Select(f => (IReadOnlyList<string>)[f.Key, f.Value])], terminal.Width));
        terminal.Out.WriteLine();
        terminal.Out.Write(TextTable.Render(["split", "rows", "steps", "rows of each class"], [.. sheet.Splits.Select(s => Row(sheet, s))], terminal.Width));
        foreach (string warning in sheet.Warnings) terminal.Note($"note: {warning}");
        foreach (string fault in bad?.SkippedFirst ?? []) ErrorText.Write(terminal.Error, fault, "");
        if (bad is { Skipped: > 0 })
            ErrorText.Write(
                terminal.Error,
                string.Create(CultureInfo.InvariantCulture, $"{bad.Skipped} bad rows: training refuses them"),
                "correct them, or let them be skipped and counted with --set task.on_bad_row=skip");
    }

    /// <summary>Writes what training costs.</summary>
    public void WriteCosts(IReadOnlyList<DataSheetCost> costs)
    {
        terminal.Out.WriteLine();
        terminal.Out.Write(TextTable.Render(
            ["model", "one epoch", "peak memory"],
            [.. costs.Select(c => (IReadOnlyList<string>)[
                c.Model,
                c.EpochSeconds is { } epoch ? Amount.Time(TimeSpan.FromSeconds(epoch)) : c.Problem,
                c.PeakMemoryBytes is { } bytes ? Amount.Bytes(bytes) : "-"])],
            terminal.Width));
    }

    /// <summary>Writes the recipe and the command that uses it.</summary>
    public void WriteRecipe(DataSheet sheet)
    {
        terminal.Out.WriteLine();
        terminal.Out.WriteLine("The recipe that would be used:");
        terminal.Out.WriteLine();
        foreach (string line in sheet.Recipe.TrimEnd('\n').Split('\n')) terminal.Out.WriteLine(line.Length == 0 ? "" : $"  {line}");
        terminal.Out.WriteLine();
        terminal.Out.WriteLine($"Compare models on it: {sheet.Command}");
    }

    private static string[] Row(DataSheet sheet, DataSheetSplit split)
    {
        IEnumerable<string> classes = sheet.Classes.Zip(split.RowsPerClass, (name, rows) => string.Create(CultureInfo.InvariantCulture, $"{name} {rows:N0}"));
        string text = string.Join(", ", classes.Take(MostClasses)) + (sheet.Classes.Count > MostClasses ? ", …" : "");
        return [split.Name, Amount.Count(split.Rows), Amount.Count(split.Steps), split.RowsPerClass.Sum() == 0 ? "-" : text];
    }
}
