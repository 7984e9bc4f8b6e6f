using System.Text;

namespace Lengthwise.Modeling.Benchmarking;

/// <summary>A table as cells, for whoever prints it.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Columns">Headings.</param>
/// <param name="Rows">Cells.</param>
public sealed record BenchTable(string Title, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    /// <summary>What is to be said below it.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>A heading, the text above the tables, and the tables, in Markdown.</summary>
    public static string Markdown(string title, IEnumerable<string> paragraphs, IEnumerable<BenchTable> tables)
    {
        var text = new StringBuilder();
        text.Append("# ").Append(title).Append('\n');
        foreach (string paragraph in paragraphs) text.Append('\n').Append(paragraph).Append('\n');
        foreach (BenchTable table in tables)
        {
            text.Append("\n## ").Append(table.Title).Append("\n\n");
            text.Append("| ").AppendJoin(" | ", table.Columns).Append(" |\n|").AppendJoin("|", table.Columns.Select(_ => "---")).Append("|\n");
            foreach (IReadOnlyList<string> row in table.Rows) text.Append("| ").AppendJoin(" | ", row).Append(" |\n");
            foreach (string note in table.Notes) text.Append('\n').Append(note).Append('\n');
        }
        return text.ToString();
    }
}
