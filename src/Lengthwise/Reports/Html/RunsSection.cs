using Lengthwise.Experiments;

namespace Lengthwise.Reports.Html;

/// <summary>Every run, folded away: its numbers, diagnoses, transfer and resolved recipe.</summary>
internal static class RunsSection
{
    /// <summary>Writes the section.</summary>
    public static void Write(Markup page, Summary summary)
    {
        page.Add($"<section aria-labelledby=\"runs\">\n<h2 id=\"runs\">Runs</h2>\n");
        foreach (TaskSummary task in summary.Tasks)
        {
            page.Add($"<details>\n<summary>{Wording.Count(task.Cells.Count)} runs of {task.Name}</summary>\n");
            foreach (RunRecord cell in task.Cells) Run(page, task, cell, summary.Data.Recipes.GetValueOrDefault(cell.Run, ""));
            page.Add($"</details>\n");
        }
        page.Add($"</section>\n");
    }

    private static void Run(Markup page, TaskSummary task, RunRecord cell, string recipe)
    {
        MetricText text = task.Text;
        page.Add($"<details>\n<summary>{cell.Model} · {cell.Objective} · seed {cell.Seed}<span class=\"note\">{text.Score(cell.Test)} test</span></summary>\n<dl>");
        Fact(page, "Run", cell.Run);
        Fact(page, "Test, validation", $"{text.Score(cell.Test)}, {text.Score(cell.Validation)} (selected at step {Wording.Count(cell.SelectedStep)} of {Wording.Count(cell.FinetuneSteps)})");
        if (cell.PretrainValidation is { } pretraining)
            Fact(page, "Pretraining", $"{Wording.Count(cell.PretrainSteps)} steps in {Wording.Duration(cell.PretrainSeconds)}, best validation value {pretraining.ToString("G4", System.Globalization.CultureInfo.InvariantCulture)}");
        Fact(page, "Time", $"{Wording.Duration(cell.Seconds)}, {Wording.Count(cell.TokensPerSecond)} tokens/s, peak memory {Wording.Memory(cell.PeakMemoryBytes)}");
        Fact(page, "Learning rate", Wording.Rate(cell.Lr));
        Fact(page, "Direction", cell.Bidirectional ? "bidirectional" : "causal");
        Fact(page, "Data", $"version {Wording.Count(cell.TaskVersion)}, SHA-256 {(cell.DataHash.Length > 0 ? cell.DataHash : "unknown")}");
        if (cell.Transfer is { } transfer)
            Fact(page, "Transfer", $"{Wording.Count(transfer.Transferred.Count)} tensors taken over; fresh: {string.Join(", ", transfer.Fresh)}; left behind: {string.Join(", ", transfer.Dropped)}");
        foreach (Diagnosis d in cell.Diagnoses) Fact(page, d.Code, $"{d.Message} ({d.Phase}, step {Wording.Count(d.Step)})");
        page.Add($"</dl>\n");
        if (recipe.Length > 0) page.Add($"<pre tabindex=\"0\">{recipe.TrimEnd()}</pre>\n");
        page.Add($"</details>\n");
    }

    private static void Fact(Markup page, string name, string value) => page.Add($"<dt>{name}</dt><dd>{value}</dd>");
}
