using System.CommandLine;
using Lengthwise.Cli.Checking;
using Lengthwise.Cli.Comparing;
using Lengthwise.Cli.Output;
using Lengthwise.Cli.Running;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Recipes;
using Lengthwise.Reports.DataSheets;

namespace Lengthwise.Cli.Commands;

/// <summary><c>lengthwise data check</c>: what a data set holds, what is wrong with it, and what training on it would cost.</summary>
internal sealed class DataCheckCommand : DocumentedCommand
{
    private readonly Terminal _terminal;

    private readonly Argument<string> _target = new("target") { HelpName = "FILE|FOLDER|TASK", Description = "Your files, or a task by its name." };

    private readonly Option<string[]> _set = new("--set") { HelpName = "KEY=VALUE", Description = "Say how the files are to be read, such as task.label_column=kind; may be repeated." };

    private readonly Option<FileInfo?> _html = new("--html") { HelpName = "FILE", Description = "Write a page with lengths, classes and some rows drawn." };

    private readonly Option<bool> _noCost = new("--no-cost") { Description = "Do not measure time and memory of each model, which takes some seconds a model." };

    private readonly Option<string?> _models = new("--models") { HelpName = "LIST", Description = "Models whose cost is measured and that the command names, separated by commas; by default the cost of every model of the preset is measured, and the command names the preset's choice." };

    private readonly Option<bool> _verify = new("--verify-labels") { Description = "For ListOps files: evaluate every expression and compare it with its label." };

    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON document." };

    private readonly Option<DirectoryInfo> _cache = Places.CacheOption();

    public DataCheckCommand(Terminal terminal)
        : base("check", "Explains what a data set holds and how it was understood: lengths, classes, missing values, duplicates, leaks between splits, and the recipe that would be used. Exit code 3 when rows are bad.", [
            new("data check recordings.csv", "what was inferred from your file, and what each model would cost on it"),
            new("data check recordings.csv --set task.label_column=kind --html sheet.html --no-cost", "said how to read it; a page; without measuring costs"),
            new("data check recordings.csv --models transformer,s4,mega", "what these would cost on it, and the command that compares them"),
            new("data check speech/ --set 'task.label_pattern=(?<label>[a-z]+)_.*\\.wav'", "a folder with labels in file names"),
            new("data check listops/basic_test.tsv --verify-labels", "every label of a ListOps file evaluated again"),
        ])
    {
        _terminal = terminal;
        Add(_target);
        foreach (Option option in (Option[])[_set, _html, _noCost, _models, _verify, _json, _cache]) Add(option);
        SetAction(async (parsed, _) => (int)await RunAsync(parsed));
    }

    private async Task<ExitCode> RunAsync(ParseResult parsed)
    {
        using var interruption = new Interruption();
        string target = parsed.GetValue(_target)!;
        string[] overrides = parsed.GetValue(_set) ?? [];
        if (parsed.GetValue(_verify) || (overrides.Length == 0 && ListOpsFileCheck.Recognises(target)))
            return new ListOpsFileCheck(_terminal).Run(target, parsed.GetValue(_verify), parsed.GetValue(_json), interruption.Stop);

        var check = new CheckTarget(target, overrides);
        DirectoryInfo cache = Places.Cache(parsed, _cache);
        using PreparedTask data = check.Task().Prepare(cache, new PreparationProgressLine(_terminal), interruption.Stop);
        DataSheet sheet = SheetFacts.Of(check.Title, data);
        string? models = parsed.GetValue(_models);
        ComparisonRequest comparison = check.Comparison(data, cache, models, out string command);
        sheet = sheet with { Command = command, Recipe = RecipeWriter.ToToml(comparison.Plan.Arms[0].Model, []) };

        bool isGood = data.Summary is not { Skipped: > 0 } || !check.ListsBadRows, isJson = parsed.GetValue(_json);
        var text = new SheetText(_terminal);
        if (!isJson) text.Write(sheet, isGood ? null : data.Summary);
        if (!parsed.GetValue(_noCost))
        {
            var meter = new CostMeter(_terminal, cache, CostLimits.OfThisMachine);
            sheet = sheet with { Costs = await meter.MeasureAsync(check.Recipes(data, models), interruption.Stop) };
            if (!isJson) text.WriteCosts(sheet.Costs);
        }
        if (!isJson) text.WriteRecipe(sheet);

        if (parsed.GetValue(_html) is { } html) AtomicFile.WriteText(html.FullName, DataSheetPage.Render(sheet));
        if (isJson) _terminal.Out.WriteLine(JsonText.Of(new { Schema = 1, Ok = isGood, data.Hash, Sheet = sheet with { Lengths = [], Samples = [] }, data.Summary }));
        if (parsed.GetValue(_html) is { } written && !isJson) _terminal.Out.WriteLine($"page: {written}");
        return interruption.Stop.IsCancellationRequested ? ExitCode.Interrupted : isGood ? ExitCode.Done : ExitCode.Data;
    }
}
