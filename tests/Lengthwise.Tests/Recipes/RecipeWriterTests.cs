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

    private static readonly Gen<string> Texts = Gen.Char[(char)0, '\uD7FF'].Array[0, 20].Select(chars => new string(chars)).Where(t => t != "none");

    private static readonly Gen<double?> Rates = Gen.OneOf(Gen.Const((double?)null), Gen.Double[1e-8, 10].Select(d => (double?)d));

    private static readonly Gen<TaskSettings> Tasks = Gen.OneOf(
        Gen.Select(Gen.Int[1, 1_000_000], Gen.Long[0, long.MaxValue], Gen.Double[0, 0.1].Array[0, 5], Texts.Array[0, 3], Gen.OneOf(Gen.Const((string?)null), Texts.Select(string? (t) => t)))
            .Select(TaskSettings (t) => new SortingSettings { Length = t.Item1, Seed = t.Item2, Weights = [.. t.Item3], Columns = [.. t.Item4], File = t.Item5 }),
        Gen.Bool.Select(TaskSettings (small) => new CountingSettings { Side = small ? 14 : 28 }));

    private static readonly Gen<ModelSettings> Models = Gen.OneOf(
        Gen.Select(Gen.Int[1, 64], Gen.Int[1, 64]).Select(ModelSettings (t) => new AttentionSettings { NHeads = t.Item1, DModel = t.Item1 * t.Item2, Bidirectional = false }),
        Gen.Select(Gen.Int[1, 1024], Gen.Float[-1e30f, 1e30f], Gen.Enum<PoolingKind>(), Gen.Bool)
            .Select(ModelSettings (t) => new RecurrenceSettings { DState = t.Item1, Scale = t.Item2, Gate = t.Item4 ? t.Item3 : null, Prenorm = t.Item4, Bidirectional = false }));

    private static readonly Gen<OptimizerSettings> Optimizers =
        Gen.Select(Gen.Double[1e-8, 10], Gen.Int[1, 65536], Rates, Gen.Enum<ScheduleKind>(), Gen.Int[0, 100_000_000], Gen.Double[0, 1], Gen.Int[0, 2])
            .Select((lr, batch, clip, schedule, steps, ratio, warmup) => new OptimizerSettings
            {
                Lr = lr,
                BatchSize = batch,
                ClipNorm = clip is < 1e-6 ? 1e-6 : clip,
                Schedule = schedule,
                WarmupSteps = warmup == 1 ? steps : null,
                WarmupRatio = warmup == 2 ? ratio : null,
            });

    private static readonly Gen<Recipe> Recipes =
        Gen.Select(Tasks, Models, Gen.Enum<ObjectiveKind>(), Optimizers, Optimizers, Gen.Select(Gen.Double[1e-3, 1e12], Gen.Enum<BudgetUnit>(), Gen.Double[0.01, 0.95]), Gen.Long[0, long.MaxValue])
            .Select((task, model, objective, optimizer, pretraining, budget, seed) => new Recipe
            {
                TaskName = task is SortingSettings ? "sorting" : "counting",
                Task = task,
                ModelName = model is AttentionSettings ? "attention" : "recurrence",
                Model = model,
                Objective = new ObjectiveSettings { Name = objective, MaskRatio = objective == ObjectiveKind.Masked ? budget.Item3 : null },
                Optimizer = optimizer,
                Pretraining = objective == ObjectiveKind.Scratch ? null : pretraining,
                Budget = new BudgetSettings { Unit = budget.Item2, Pretrain = objective == ObjectiveKind.Scratch ? 0 : budget.Item1, Finetune = budget.Item1 },
                Run = new RunSettings { Seed = seed },
            });
}
