using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Sizing;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Tests.Sizing;

public sealed class WidthSolverTests : IDisposable
{
    private static readonly SettingsCatalog Settings = new();
    private static readonly PresetCatalog Catalog = new(new DirectoryInfo(Path.Combine(AppContext.BaseDirectory, "recipes")));
    private readonly DirectoryInfo _cache = Directory.CreateTempSubdirectory("lengthwise-width-");

    public void Dispose() => _cache.Delete(recursive: true);

    [Theory]
    [InlineData("transformer", 30_000)]
    [InlineData("transformer", 100_001)]
    [InlineData("s4d", 40_000)]
    [InlineData("lru", 150_000)]
    [InlineData("mega", 90_000)]
    [InlineData("gru", 100_000)]
    public void A_model_gets_the_size_that_is_asked_for_within_two_percent(string model, long target)
    {
        Recipe recipe = Read(model).Models[model];
        using PreparedTask data = Prepare(recipe);
        var size = new ModelSize(data);

        SizedModel found = WidthSolver.Solve(model, recipe.Model, target, SizedPresets.MatchTolerance, s => size.Of(model, s));

        Assert.InRange(found.Parameters, 0.98 * target, 1.02 * target);
        Assert.Equal(found.Parameters, size.Of(model, found.Settings));
        Assert.Equal(recipe.Model.NLayers, found.Settings.NLayers);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(137)]
    [InlineData(10_000)]
    [InlineData(123_456_789)]
    public void The_nearest_of_all_widths_is_found_in_few_builds(long target)
    {
        int builds = 0;
        long Count(ModelSettings s)
        {
            builds++;
            return 3L * s.DModel * s.DModel + 50L * s.DModel;
        }

        SizedModel found = WidthSolver.Solve("s4d", new S4D.Settings { DModel = 64 }, target, tolerance: 1e9, Count);

        long best = Enumerable.Range(1, 16_384).Select(d => 3L * d * d + 50L * d).MinBy(n => Math.Abs(n - target));
        Assert.Equal(best, found.Parameters);
        Assert.InRange(builds, 1, 25);
    }

    [Fact]
    public void Where_heads_allow_coarse_widths_only_the_feed_forward_takes_up_the_rest()
    {
        var settings = new Transformer.Settings { DModel = 64, NHeads = 16 };
        long Count(ModelSettings s) => 4L * s.DModel * s.DModel + 2L * s.DModel * ((Transformer.Settings)s).FeedForwardWidth;

        SizedModel found = WidthSolver.Solve("transformer", settings, 60_000, 0.005, Count);

        Assert.Equal(0, found.Settings.DModel % 16);
        Assert.NotNull(((Transformer.Settings)found.Settings).DFf);
        Assert.InRange(found.Parameters, 59_700, 60_300);
    }

    [Fact]
    public void A_size_that_cannot_be_had_is_refused_with_the_nearest()
    {
        var refusal = Assert.Throws<LengthwiseException>(() => WidthSolver.Solve("s4d", new S4D.Settings(), 1000, 0.02, s => 600L * s.DModel));

        Assert.Equal(ExitCode.Usage, refusal.Code);
        Assert.Contains("600 (d_model 1) and 1,200 (d_model 2)", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("smallest")]
    [InlineData("largest")]
    [InlineData("transformer")]
    [InlineData("100000")]
    public void Models_of_a_preset_are_matched_and_the_choice_is_said(string target)
    {
        Preset preset = Read("transformer,s4d", $"compare.match_parameters={target}");
        using PreparedTask data = Prepare(preset.Models["s4d"]);
        var size = new ModelSize(data);

        Preset matched = SizedPresets.Sized(preset, size.Of);

        long[] sizes = [.. matched.Models.Select(m => size.Of(m.Key, m.Value.Model))];
        Assert.InRange((double)sizes.Max() / sizes.Min(), 1, 1.02 / 0.98);
        Assert.Equal(2, matched.Notes.Count);
        Assert.All(matched.Notes, note => Assert.Matches(@"has [\d,]+ parameters with d_model \d+", note));
    }

    [Fact]
    public void Sizes_are_models_beside_each_other_under_names_of_their_own()
    {
        Preset preset = Read("s4d", "compare.sizes=0.5,1,2,4");
        using PreparedTask data = Prepare(preset.Models["s4d"]);
        var size = new ModelSize(data);

        Preset sized = SizedPresets.Sized(preset, size.Of);

        Assert.Equal(["s4d-0.5x", "s4d", "s4d-2x", "s4d-4x"], sized.Compare.Models);
        double own = size.Of("s4d", preset.Models["s4d"].Model);
        double[] factors = [.. sized.Models.Values.Select(m => size.Of("s4d", m.Model) / own)];
        Assert.All(factors.Zip([0.5, 1, 2, 4]), pair => Assert.InRange(pair.First / pair.Second, 0.95, 1.05));
        Assert.Equal(
            ["markov-sources-s4d-0.5x-masked", "markov-sources-s4d-masked", "markov-sources-s4d-2x-masked", "markov-sources-s4d-4x-masked"],
            Experiments.ComparisonPlan.Create([sized], allCausal: false).Arms.Select(a => a.Name).Where(n => n.EndsWith("masked", StringComparison.Ordinal) && !n.Contains("scratch", StringComparison.Ordinal)));
    }

    private static Preset Read(string models, params string[] overrides) =>
        PresetReader.Read(Catalog.Resolve("markov-sources", "default"), [$"compare.models={models}", .. overrides], Settings);

    private PreparedTask Prepare(Recipe recipe) => TaskCatalog.Create(recipe.TaskName, recipe.Task).Prepare(_cache, null, CancellationToken.None);
}
