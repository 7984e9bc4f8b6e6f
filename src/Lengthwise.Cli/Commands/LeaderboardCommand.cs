using System.CommandLine;
using System.Globalization;
using Lengthwise.Cli.Output;
using Lengthwise.Experiments;
using Lengthwise.Literature;
using Lengthwise.Reports;

namespace Lengthwise.Cli.Commands;

/// <summary><c>lengthwise leaderboard</c>: what the literature reports on a task, and what our own runs reached.</summary>
internal sealed class LeaderboardCommand : DocumentedCommand
{
    private readonly Terminal _terminal;

    private readonly Argument<string?> _task = new("task")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = $"Task, or {PublishedResults.Average}; without it, the tasks that have published results are listed.",
    };

    private readonly Option<string?> _model = new("--model") { HelpName = "NAME", Description = "Only models whose published name contains this, or which are this model of ours." };

    private readonly Option<bool> _exact = new("--exact") { Description = "Only numbers that were read in their own source, none that another article quotes." };

    private readonly Option<DirectoryInfo[]> _runs = new("--runs") { HelpName = "FOLDER", Description = $"Where our own runs are; '{Places.Runs}' when left out. May be repeated." };

    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON document." };

    public LeaderboardCommand(Terminal terminal)
        : base("leaderboard", "Lists the scores that were published on a task, with source and how sure they are, and beside them what our own runs reached under which conditions.", [
            new("leaderboard listops", "everything published on ListOps, best first"),
            new("leaderboard text --model s4 --exact", "S4 and its kin on Text, as printed in the sources themselves"),
            new("leaderboard lra-average", "averages over Long Range Arena, apart by how they treat a failed Path-X"),
            new("leaderboard image --runs runs/default-image --json", "for a script, with the runs of one comparison"),
        ])
    {
        _terminal = terminal;
        Add(_task);
        foreach (Option option in (Option[])[_model, _exact, _runs, _json]) Add(option);
        SetAction(parsed => (int)Run(parsed));
    }

    private ExitCode Run(ParseResult parsed)
    {
        if (parsed.GetValue(_task) is not { } task) return ListTasks(parsed.GetValue(_json));
        if (!PublishedResults.Tasks.Contains(task))
            throw new LengthwiseException(
                ExitCode.Usage, $"leaderboard: there are no published results on '{task}'", Recipes.Suggestions.Hint("tasks with published results", task, PublishedResults.Tasks.ToArray()));

        string? model = parsed.GetValue(_model);
        bool isExact = parsed.GetValue(_exact);
        (string Part, PublishedResult[] Results)[] parts =
        [
            .. PublishedResults.Of(task)
                .Select(g => (g.Key, g.Where(r => IsWanted(r, model, isExact)).ToArray()))
                .Where(p => p.Item2.Length > 0),
        ];
        IReadOnlyList<OurResult> ours = [.. OurResult.Of(task, Runs(parsed.GetValue(_runs))).Where(r => model is null || r.Model == model)];
        if (parsed.GetValue(_json))
        {
            _terminal.Out.WriteLine(JsonText.Of(new { Schema = 1, Task = task, Published = parts.SelectMany(p => p.Results), Ours = ours }));
            return ExitCode.Done;
        }
        foreach ((string part, PublishedResult[] results) in parts) WritePublished(task, part, results);
        WriteOurs(ours);
        return ExitCode.Done;
    }

    private static bool IsWanted(PublishedResult result, string? model, bool isExact) =>
        (!isExact || result.Confidence == PublishedConfidence.Exact)
        && (model is null || result.Model.Contains(model, StringComparison.OrdinalIgnoreCase) || ModelFamily.Of(result.Model) == model);

    private ExitCode ListTasks(bool isJson)
    {
        if (isJson)
        {
            _terminal.Out.WriteLine(JsonText.Of(new { Schema = 1, Tasks = PublishedResults.Tasks.Select(t => new { Task = t, Results = PublishedResults.Of(t).Sum(g => g.Count()) }) }));
            return ExitCode.Done;
        }
        _terminal.Out.Write(TextTable.Render(
            ["task", "results", "sources"],
            [.. PublishedResults.Tasks.Select(t => (IReadOnlyList<string>)[
                t, Amount.Count(PublishedResults.Of(t).Sum(g => g.Count())),
                string.Join("; ", PublishedResults.All.Where(r => r.Task == t).Select(r => Short(r.Source)).Distinct())])],
            _terminal.Width));
        return ExitCode.Done;
    }

    private void WritePublished(string task, string part, PublishedResult[] results)
    {
        string what = results[0].Metric == "accuracy" ? "test accuracy in percent" : "root mean square error, lower is better";
        _terminal.Out.WriteLine($"Published on {task}{(part.Length > 0 ? $" ({part})" : "")}: {what}, best first.");
        _terminal.Out.WriteLine();
        _terminal.Out.Write(TextTable.Render(
            ["score", "model", "trained", "sure", "source, table, note"],
            [.. results.Select(r => (IReadOnlyList<string>)[
                r.Value?.ToString("0.00###", CultureInfo.InvariantCulture) ?? "failed", r.Model, r.Variant.Length > 0 ? r.Variant : "-",
                r.Confidence == PublishedConfidence.Exact ? "exact" : "quoted", $"{Short(r.Source)}, {r.Place}{(r.Note.Length > 0 ? $"; {r.Note}" : "")}"])],
            _terminal.Width));
        _terminal.Out.WriteLine();
    }

    private void WriteOurs(IReadOnlyList<OurResult> ours)
    {
        if (ours.Count == 0)
        {
            _terminal.Out.WriteLine("No finished run of this task was found beside them; --runs FOLDER says where to look.");
            return;
        }
        _terminal.Out.WriteLine("Our own runs, mean over seeds with its 95 % interval (over seeds and test items; * over seeds alone). Published models have seen the whole task, are larger and were trained longer, unless the conditions say so here too.");
        _terminal.Out.WriteLine();
        _terminal.Out.Write(TextTable.Render(
            ["score", "interval", "model", "trained", "seeds", "conditions"],
            [.. ours.Select(r => (IReadOnlyList<string>)[
                Number(r.Score.Mean), r.Score is { Low: { } low, High: { } high } ? $"[{Number(low)}, {Number(high)}]{(r.CountsItems ? "" : "*")}" : "one seed", r.Model, r.Objective, Amount.Count(r.Score.N), Conditions(r)])],
            _terminal.Width));
    }

    private static string Conditions(OurResult r) => string.Join("; ", (string[])[
        $"{Amount.Count(r.Parameters)} parameters", $"{Amount.Count(r.LabelledRows)} labelled rows", $"{Amount.Count(r.Steps)} steps", $"{Amount.Count(r.TestItems)} test items",
        .. r.Metric is "accuracy" or "rmse" ? Array.Empty<string>() : [$"metric {r.Metric}"], .. r.DataNotes]);

    private static string Number(double value) => value.ToString("0.0##", CultureInfo.InvariantCulture);

    // Up to the year, which is how people name an article.
    private static string Short(string source) => source.IndexOf(" (", StringComparison.Ordinal) is > 0 and var end ? source[..end] : source;

    private static IEnumerable<(RunRecord Record, TestItems? Items)> Runs(DirectoryInfo[]? named)
    {
        if (named is { Length: > 0 }) return named.SelectMany(folder => WithItems(ComparisonReader.Read([folder])));
        var root = new DirectoryInfo(Places.Runs);
        if (!root.Exists) return [];
        return root.EnumerateDirectories()
            .Where(d => new ComparisonFolder(d).Exists || new RunFolder(d).IsFinished)
            .SelectMany(Finished);
    }

    private static IReadOnlyList<(RunRecord Record, TestItems? Items)> WithItems(ComparisonData data) =>
        [.. data.Cells.Select(c => (c, data.TestItems.GetValueOrDefault(c.Run)))];

    // A folder that is broken or has no finished run yet takes nothing from the others.
    private static IReadOnlyList<(RunRecord Record, TestItems? Items)> Finished(DirectoryInfo folder)
    {
        try
        {
            return WithItems(ComparisonReader.Read([folder]));
        }
        catch (LengthwiseException)
        {
            return [];
        }
    }
}
