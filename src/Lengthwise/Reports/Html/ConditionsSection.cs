using System.Globalization;
using Lengthwise.Experiments;

namespace Lengthwise.Reports.Html;

/// <summary>Under what conditions the cells ran: warnings, budgets, failed cells, tuning trials, machine and versions.</summary>
internal static class ConditionsSection
{
    /// <summary>Writes the section.</summary>
    public static void Write(Markup page, Summary summary)
    {
        page.Add($"<section aria-labelledby=\"conditions\">\n<h2 id=\"conditions\">Fairness and settings</h2>\n");
        Warnings(page, summary.Warnings);
        if (summary.Data.Notes.Count > 0)
        {
            page.Add($"<h3>Budget and selection</h3>\n<ul>\n");
            foreach (string note in summary.Data.Notes) page.Add($"<li>{note}</li>\n");
            page.Add($"</ul>\n");
        }
        Data(page, summary);
        NotApplicable(page, summary.Data.NotApplicable);
        Failures(page, summary.Data.Failures);
        Trials(page, summary);
        Machines(page, summary.Data.Cells);
        page.Add($"</section>\n");
    }

    private static void Warnings(Markup page, IReadOnlyList<FairnessWarning> warnings)
    {
        page.Add($"<h3>What limits this comparison</h3>\n");
        if (warnings.Count == 0)
        {
            page.Add($"<p>Nothing was found: all arms of a task share data, total steps, seeds, threads, machine and versions.</p>\n");
            return;
        }
        page.Add($"<ul>\n");
        foreach (FairnessWarning w in warnings)
            page.Add($"<li><span class=\"code\">{w.Code}</span>{(w.Task.Length > 0 ? $" ({w.Task})" : "")}: {w.Message}</li>\n");
        page.Add($"</ul>\n");
    }

    private static void Data(Markup page, Summary summary)
    {
        var notes = summary.Tasks.SelectMany(t => t.Cells.SelectMany(c => c.DataNotes).Distinct().Select(note => (t.Name, Note: note))).ToArray();
        if (notes.Length == 0) return;
        page.Add($"<h3>Data</h3>\n<ul>\n");
        foreach ((string task, string note) in notes) page.Add($"<li>{task}: {note}</li>\n");
        page.Add($"</ul>\n");
    }

    private static void NotApplicable(Markup page, IReadOnlyList<InapplicableArm> arms)
    {
        if (arms.Count == 0) return;
        page.Add($"<h3>Not applicable</h3>\n<ul>\n");
        foreach (InapplicableArm arm in arms) page.Add($"<li>{arm.Task} · {arm.Model} · {arm.Objective}: {Wording.FullSentence(arm.Reason)}</li>\n");
        page.Add($"</ul>\n");
    }

    private static void Failures(Markup page, IReadOnlyList<FailedCell> failures)
    {
        if (failures.Count == 0) return;
        page.Add($"<h3>Failed cells</h3>\n<ul>\n");
        foreach (FailedCell f in failures) page.Add($"<li>{f.Task} · {f.Model} · {f.Objective} · seed {f.Seed}: {f.Reason}</li>\n");
        page.Add($"</ul>\n");
    }

    private static void Trials(Markup page, Summary summary)
    {
        IReadOnlyList<RunRecord> trials = summary.Data.Trials;
        if (trials.Count == 0) return;
        page.Add($"<h3>Tuning</h3>\n");
        page.Add($"<details>\n<summary>{Wording.Count(trials.Count)} trials chose the learning rates on validation</summary>\n");
        Table.Open(page, "Tuning trials", "The chosen rate of each arm is marked. Trials are not part of any mean.",
            ["Task", "Model", "Objective", "Seed", "Learning rate", "Validation", "Steps", "Time", new Cell("Choice", "left")], 3);
        foreach (IGrouping<(string Task, string Model, string Objective), RunRecord> arm in trials.GroupBy(t => (t.Task, t.Model, t.Objective)))
        {
            TaskSummary? task = summary.Tasks.FirstOrDefault(t => t.Name == arm.Key.Task);
            Table.Group(page, arm.Key.Task, 3,
            [
                .. arm.Select(t => (IReadOnlyList<Cell>)
                [
                    t.Model, t.Objective, Text(t.Seed), Wording.Rate(t.Lr), Validation(task, t), Wording.Count(t.PretrainSteps + t.FinetuneSteps),
                    Wording.Duration(t.Seconds), new(task?.Arm(t.Model, t.Objective)?.LearningRates.Contains(t.Lr) == true ? "● chosen" : "", "left"),
                ])
            ]);
        }
        Table.Close(page);
        page.Add($"</details>\n");
    }

    private static string Validation(TaskSummary? task, RunRecord trial) =>
        trial.Validation is not { } validation || !double.IsFinite(validation) ? "–"
        : task is null ? validation.ToString("G4", CultureInfo.InvariantCulture)
        : task.Text.Score(validation);

    private static void Machines(Markup page, IReadOnlyList<RunRecord> cells)
    {
        var places = cells.GroupBy(c => (c.Machine, c.Threads)).ToArray();
        if (places.Length == 0) return;
        page.Add($"<h3>Machine and versions</h3>\n");
        foreach (var place in places)
        {
            MachineInfo m = place.Key.Machine;
            page.Add($"<dl><dt>Runs</dt><dd>{place.Count()}</dd><dt>Processor</dt><dd>{m.Cpu}, {m.Cores} logical cores, {place.Key.Threads} {(place.Key.Threads == 1 ? "thread" : "threads")} used</dd>");
            page.Add($"<dt>System</dt><dd>{m.System}</dd><dt>Versions</dt><dd>Lengthwise {m.Lengthwise}, libtorch {m.LibTorch}, .NET {m.DotNet}</dd></dl>\n");
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
