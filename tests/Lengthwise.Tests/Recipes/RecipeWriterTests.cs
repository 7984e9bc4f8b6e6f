using CsCheck;
using Lengthwise.Recipes;

namespace Lengthwise.Tests.Recipes;

public class RecipeWriterTests
{
    [Fact]
    public void A_written_recipe_reads_back_equal()
    {
        Recipes.Sample(recipe => Assert.Equal(recipe, Read(RecipeWriter.ToToml(recipe, ["made by a test"]))));
    }

    [Fact]
    public void Equal_recipes_are_written_alike()
    {
        Recipes.Sample(recipe =>
        {
            string toml = RecipeWriter.ToToml(recipe, []);

            Assert.Equal(toml, RecipeWriter.ToToml(Read(toml), []));
        });
    }

    [Fact]
    public void Every_key_is_written_in_a_fixed_order()
    {
        var recipe = new Recipe
        {
            TaskName = "sorting",
            Task = new SortingSettings { Columns = ["a\"b", "\u0001\\"] },
            ModelName = "recurrence",
            Model = new RecurrenceSettings(),
            Objective = new ObjectiveSettings { Name = ObjectiveKind.Masked },
            Optimizer = new OptimizerSettings { Epsilon = 1e-8, WarmupRatio = 0.05 },
            Pretraining = new OptimizerSettings { Lr = 0.002 },
            Budget = new BudgetSettings { Pretrain = 40 },
        };

        string toml = RecipeWriter.ToToml(recipe, ["Resolved recipe.", "", "two\nlines"]);

        Approved.Equal("resolved", toml);
    }

    private static Recipe Read(string toml) => RecipeReader.Parse(toml, "recipe.toml", [], new TestCatalog());

    // A text of its own that reads "none" is the one thing that cannot be written.
    private static readonly Gen<string> Texts =
        Gen.Char[(char)0, '\uD7FF'].Array[0, 20].Select(chars => new string(chars)).Where(t => t != "none");

    private static readonly Gen<double?> Rates = Gen.OneOf(Gen.Const((double?)null), Gen.Double[1e-6, 10].Select(d => (double?)d));

    private static readonly Gen<TaskSettings> Sortings =
        Gen.Select(Gen.Int[1, 1_000_000], Gen.Long[0, long.MaxValue], Gen.Double[0, 0.1].Array[0, 5], Texts.Array[0, 3], Texts, Gen.Bool)
            .Select(TaskSettings (t) => new SortingSettings
            {
                Length = t.Item1,
                Seed = t.Item2,
                Weights = [.. t.Item3],
                Columns = [.. t.Item4],
                File = t.Item6 ? t.Item5 : null,
            });

    private static readonly Gen<TaskSettings> Tasks =
        Gen.OneOf(Sortings, Gen.Bool.Select(TaskSettings (small) => new CountingSettings { Side = small ? 14 : 28 }));

    private static readonly Gen<ModelSettings> Attentions = Gen.Select(Gen.Int[1, 64], Gen.Int[1, 64])
        .Select(ModelSettings (t) => new AttentionSettings { NHeads = t.Item1, DModel = t.Item1 * t.Item2, Bidirectional = false });

    private static readonly Gen<ModelSettings> Recurrences =
        Gen.Select(Gen.Int[1, 1024], Gen.Float[-1e30f, 1e30f], Gen.Enum<PoolingKind>(), Gen.Bool)
            .Select(ModelSettings (t) => new RecurrenceSettings
            {
                DState = t.Item1,
                Scale = t.Item2,
                Gate = t.Item4 ? t.Item3 : null,
                Prenorm = t.Item4,
                Bidirectional = false,
            });

    private static readonly Gen<ModelSettings> Models = Gen.OneOf(Attentions, Recurrences);

    private static readonly Gen<int?> Steps = Gen.Int[0, 100_000_000].Select(s => (int?)s);

    private static readonly Gen<(int? Steps, double? Ratio)> Warmups = Gen.OneOf(
        Steps.Select(s => (s, (double?)null)), Gen.Double[0, 1].Select(r => ((int?)null, (double?)r)), Gen.Const(((int?)null, (double?)null)));

    private static readonly Gen<OptimizerSettings> Optimizers =
        Gen.Select(Gen.Double[1e-8, 10], Gen.Int[1, 65536], Rates, Gen.Enum<ScheduleKind>(), Warmups)
            .Select((lr, batch, clip, schedule, warmup) => new OptimizerSettings
            {
                Lr = lr,
                BatchSize = batch,
                ClipNorm = clip,
                Schedule = schedule,
                WarmupSteps = warmup.Steps,
                WarmupRatio = warmup.Ratio,
            });

    private static readonly Gen<BudgetSettings> Budgets = Gen.Select(Gen.Double[1e-3, 1e12], Gen.Double[1e-3, 1e12], Gen.Enum<BudgetUnit>())
        .Select((pretrain, finetune, unit) => new BudgetSettings { Pretrain = pretrain, Finetune = finetune, Unit = unit });

    private static readonly Gen<ObjectiveSettings> Objectives = Gen.Select(Gen.Enum<ObjectiveKind>(), Gen.Double[0.01, 0.95])
        .Select((name, ratio) => new ObjectiveSettings { Name = name, MaskRatio = name == ObjectiveKind.Masked ? ratio : null });

    private static readonly Gen<Recipe> Recipes =
        Gen.Select(Tasks, Models, Objectives, Optimizers, Optimizers, Budgets, Gen.Long[0, long.MaxValue])
            .Select((task, model, objective, optimizer, pretraining, budget, seed) => new Recipe
            {
                TaskName = task is SortingSettings ? "sorting" : "counting",
                Task = task,
                ModelName = model is AttentionSettings ? "attention" : "recurrence",
                Model = model,
                Objective = objective,
                Optimizer = optimizer,
                Pretraining = objective.Name.Pretrains() ? pretraining : null,
                Budget = objective.Name == ObjectiveKind.Scratch ? budget with { Pretrain = 0 } : budget,
                Run = new RunSettings { Seed = seed },
            });
}
