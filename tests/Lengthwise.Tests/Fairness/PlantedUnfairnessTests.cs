using System.Runtime.CompilerServices;
using Lengthwise.Experiments;
using Lengthwise.Fairness;
using Lengthwise.Recipes;
using Lengthwise.Reports;
using Lengthwise.Tests.Experiments;
using Lengthwise.Tests.Reports;

namespace Lengthwise.Tests.Fairness;

/// <summary>What somebody could change in the folder of a finished comparison, and what the report then finds.</summary>
public sealed class PlantedUnfairnessTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("lengthwise-planted-");
    private readonly ComparisonPlan _plan = PlanExample.Plan(seeds: 2, models: ["attention"], grid: [1e-3, 1e-2]);

    public PlantedUnfairnessTests()
    {
        PlanExample.Stored(_plan).Write(Folder.PlanPath);
        foreach (ArmPlan arm in _plan.Arms)
        {
            foreach (PlannedRun trial in arm.Trials) Finish(trial, validation: trial.Recipe.Optimizer.Lr == 1e-3 ? 0.8 : 0.7);
            foreach (PlannedRun cell in arm.Cells(new TunedSettings(1e-3))) Finish(cell, validation: 0.75);
        }
    }

    private ComparisonFolder Folder => new(_root);

    private PlannedRun Cell => _plan.Arms[1].Cells(new TunedSettings(1e-3))[0];

    private RunFolder CellFolder => Cell.FolderIn(Folder);

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void Nothing_is_found_where_nothing_was_planted() => Assert.Empty(Found());

    [Theory]
    [InlineData("\"test\": 0.7", "\"test\": 0.9", "record-edited,record-contradicts-run")]
    [InlineData("\"validation\": 0.75", "\"validation\": 0.8", "record-edited,record-contradicts-run")]
    [InlineData("\"finetune_steps\": 20", "\"finetune_steps\": 10", "record-edited,record-contradicts-run")]
    [InlineData("\"parameters\": 10", "\"parameters\": 20", "record-edited")]
    [InlineData("\"data_hash\": \"aa\"", "\"data_hash\": \"bb\"", "record-edited")]
    [InlineData("\"selected_on\": \"validation\"", "\"selected_on\": \"test\"", "record-edited,selection-split")]
    [InlineData("\"seed\": 1", "\"seed\": 2", "record-edited,record-contradicts-run")]
    public void An_edited_record_is_found(string written, string planted, string codes)
    {
        Edit(CellFolder.ResultPath, written, planted);

        Assert.Equal(codes.Split(','), Found());
    }

    [Theory]
    [InlineData("finetune = 2", "finetune = 4")]
    [InlineData("d_model = 64", "d_model = 128")]
    [InlineData("fraction = 1", "fraction = 0.5")]
    public void A_cell_of_another_comparison_is_found(string written, string planted)
    {
        Recipe other = RecipeReader.Parse(RecipeWriter.ToToml(Cell.Recipe, []).Replace(written, planted, StringComparison.Ordinal), "r.toml", [], new Lengthwise.Tests.Recipes.TestCatalog());
        Finish(Cell with { Recipe = other }, validation: 0.75);

        Assert.Equal(["cell-differs-from-plan"], Found());
    }

    [Fact]
    public void An_unfinished_cell_with_another_recipe_is_found_before_it_is_trained()
    {
        File.Delete(CellFolder.ResultPath);
        Edit(CellFolder.RecipePath, "pretrain = 4", "pretrain = 40");

        Assert.Equal(["cell-differs-from-plan"], Found());
    }

    [Fact]
    public void A_rate_that_the_trials_did_not_choose_is_found()
    {
        Finish(_plan.Arms[1].Cells(new TunedSettings(1e-2))[0], validation: 0.75);

        Assert.Equal(["lr-not-chosen"], Found());
    }

    [Fact]
    public void A_trial_that_is_missing_is_found()
    {
        _plan.Arms[0].Trials[1].FolderIn(Folder).Directory.Delete(recursive: true);

        Assert.Equal(["trials-differ"], Found());
    }

    [Fact]
    public void Weights_that_are_not_the_best_on_validation_are_found()
    {
        Finish(Cell, validation: 0.75, selected: 10);

        Assert.Equal(["record-contradicts-run"], Found());
    }

    [Fact]
    public void Predictions_that_give_another_score_are_found()
    {
        File.WriteAllText(CellFolder.PredictionsPath, "row,label,prediction,a,b\n0,a,a,0.9,0.1\n1,b,a,0.8,0.2\n");

        Assert.Equal(["record-contradicts-run"], Found());
    }

    [Fact]
    public void What_was_allowed_is_said_in_every_form_of_the_report()
    {
        Edit(CellFolder.ResultPath, "\"parameters\": 10", "\"parameters\": 11");

        Summary summary = Summary.From(ComparisonReader.Read(Folder) with { AllowedUnfair = ["record-edited", "arm-parameters-differ"] });

        Assert.DoesNotContain(summary.Warnings, w => w is { Refuses: true, IsAllowed: false });
        Assert.All(
            new[] { ConsoleReport.Render(summary), MarkdownReport.Render(summary), HtmlReport.Render(summary), JsonReport.Render(summary) },
            text => Assert.Contains("allowed by name", text.Replace('\n', ' '), StringComparison.Ordinal));
    }

    [Fact]
    public void Runs_without_a_plan_are_held_against_their_own_files_and_each_other()
    {
        Edit(CellFolder.ResultPath, "\"parameters\": 10", "\"parameters\": 20");

        Summary summary = Summary.From(ComparisonReader.Read([new DirectoryInfo(Path.Combine(_root.FullName, "cells"))]));

        Assert.Equal(["arm-parameters-differ", "record-edited"], summary.Warnings.Where(w => w.Refuses).Select(w => w.Code).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("unequal-budget", true)]
    [InlineData("selection-differs", true)]
    [InlineData("precision-differs", true)]
    [InlineData("arm-parameters-differ", true)]
    [InlineData("kernels-differ", false)]
    public void Records_that_differ_are_named(string code, bool refuses)
    {
        RunRecord[] cells =
        [
            .. from objective in new[] { "scratch-matched", "masked" }
               from seed in new long[] { 1, 2 }
               select SampleComparison.Cell("t", "s4d", objective, seed, 0.7) with
               {
                   Budget = new BudgetSettings { Pretrain = 8, Finetune = 4 },
                   Precision = "fp32",
                   KernelRoute = "simd512",
                   FinetuneSteps = objective == "masked" ? 400 : 1200,
                   PretrainSteps = objective == "masked" ? 800 : 0,
               },
        ];
        RunRecord first = cells[0];
        RunRecord[] planted =
        [
            code switch
            {
                "unequal-budget" => first with { Budget = first.Budget! with { Finetune = 5 } },
                "selection-differs" => first with { Budget = first.Budget! with { Evaluations = 99 } },
                "precision-differs" => first with { Precision = "bf16" },
                "arm-parameters-differ" => first with { Parameters = first.Parameters + 1 },
                _ => first with { KernelRoute = "scalar" },
            },
            .. cells.Skip(1),
        ];

        FairnessWarning[] before = [.. Summary.From(new() { Title = "t", Cells = cells }).Warnings], after = [.. Summary.From(new() { Title = "t", Cells = planted }).Warnings];

        Assert.DoesNotContain(before, w => w.Refuses || w.Code == code);
        Assert.Equal(refuses, Assert.Single(after, w => w.Code == code).Refuses);
    }

    [Fact]
    public void Every_name_is_documented()
    {
        string page = File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "..", "docs", "fairness.md"));

        Assert.All(FairnessRules.Refusals.Concat(FairnessRules.Warnings), code => Assert.Contains($"`{code}`", page, StringComparison.Ordinal));
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;

    private string[] Found() =>
        [.. Summary.From(ComparisonReader.Read(Folder)).Data.Findings.Select(f => f.Code).Distinct().OrderBy(c => c != "record-edited").ThenBy(c => c, StringComparer.Ordinal)];

    private void Finish(PlannedRun run, double validation, long selected = 20)
    {
        RunFolder folder = run.FolderIn(Folder);
        Recipe recipe = run.Recipe;
        bool pretrains = recipe.Objective.Name.Pretrains();
        AtomicFile.WriteText(folder.RecipePath, RecipeWriter.ToToml(recipe, ["A comment."]));
        MetricLine Line(string phase, string split, long step, double metric) => new() { Phase = phase, Split = split, Step = step, Metric = metric };
        MetricLine[] metrics =
        [
            .. pretrains ? (MetricLine[])[Line("pretrain", "train", 40, 0.1), Line("pretrain", "validation", 40, 0.1)] : [],
            Line("finetune", "validation", 10, validation - 0.1), Line("finetune", "validation", 20, validation),
            .. run.IsTrial ? (MetricLine[])[] : [Line("finetune", "test", 20, 0.7)],
        ];
        File.WriteAllLines(folder.MetricsPath, metrics.Select(MetricsFile.Format));
        RunRecordFile.Write(folder.ResultPath, PlanExample.Record(recipe.Optimizer.Lr, validation) with
        {
            Objective = Naming.ToKey(recipe.Objective.Name),
            Seed = recipe.Run.Seed,
            Test = run.IsTrial ? null : 0.7,
            DataHash = "aa",
            Threads = recipe.Run.Threads,
            Budget = recipe.Budget,
            BatchSize = recipe.Optimizer.BatchSize,
            SelectedOn = "validation",
            Precision = "fp32",
            DataFraction = recipe.Data.Fraction,
            PretrainSteps = pretrains ? 40 : 0,
            FinetuneSteps = 20,
            SelectedStep = selected,
        });
    }

    private static void Edit(string path, string written, string planted)
    {
        string text = File.ReadAllText(path);
        Assert.Contains(written, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(written, planted, StringComparison.Ordinal));
    }
}
