using Lengthwise.Cli.Comparing;
using Lengthwise.Experiments;
using Lengthwise.Modeling;
using Lengthwise.Recipes;

namespace Lengthwise.Cli.Tests.Comparing;

public sealed class PlanNotesTests
{
    [Theory]
    [InlineData("transformer,s4d", 0)]
    [InlineData("transformer,mamba", 1)]
    public void What_a_model_is_remarked_on_is_said_once_in_the_plan_and_so_in_the_report(string models, int times)
    {
        var catalog = new PresetCatalog(Places.Recipes);
        Preset preset = PresetReader.Read(catalog.Resolve("markov-sources", "default"), [$"compare.models={models}"], new SettingsCatalog());

        IEnumerable<string> notes = PlanNotes.Of(ComparisonPlan.Create([preset], allCausal: false));

        Assert.Equal(times, notes.Count(note => note == "Mamba is reported apart: it is no part of the published comparison."));
    }
}
