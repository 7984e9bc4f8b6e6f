using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;
using TorchSharp;

namespace Lengthwise.Modeling.Tests.Recipes;

public sealed class RecipeSizesTests
{
    private static readonly DirectoryInfo Root = new(Path.Combine(AppContext.BaseDirectory, "recipes"));
    private static readonly PresetCatalog Catalog = new(Root);
    private static readonly SettingsCatalog Settings = new();

    public static TheoryData<string> DefaultModels =>
        [.. Root.CreateSubdirectory("markov-sources/default").EnumerateFiles("*.toml")
            .Select(f => Path.GetFileNameWithoutExtension(f.Name)).Where(n => n != "compare").Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(DefaultModels))]
    public void Models_of_the_default_comparison_have_about_as_many_parameters_as_its_Transformer(string model)
    {
        long reference = Size("transformer"), size = Size(model);

        Assert.InRange(size / (double)reference, 0.95, 1.05);
    }

    [Theory]
    [MemberData(nameof(DefaultModels))]
    public void A_model_file_is_a_recipe_itself_and_an_arm_of_the_comparison_with_the_same_budget(string model)
    {
        string models = model == "transformer" ? model : $"transformer,{model}";
        foreach (string task in (string[])["markov-sources", "own-data"])
        {
            Preset preset = PresetReader.Read(Catalog.Resolve(task, "default"), [$"compare.models={models}"], Settings);
            Recipe single = RecipeReader.Read(Path.Combine(preset.Folder.FullName, $"{model}.toml"), [], Settings);

            BudgetSettings own = ArmRecipes.For(preset.Models[model], ObjectiveKind.ScratchMatched, 1, null, false).Budget;

            Assert.Null(single.Model.ObstacleTo(single.Objective.Name));
            Assert.Equal(ArmRecipes.For(preset.Models["transformer"], ObjectiveKind.ScratchMatched, 1, null, false).Budget, own);
        }
    }

    [Fact]
    public void Default_comparison_compares_the_Transformer_and_S4D_unless_asked_for_more()
    {
        Preset preset = PresetReader.Read(Catalog.Resolve("markov-sources", "default"), [], Settings);

        Assert.Equal(["transformer", "s4d"], preset.Compare.Models);
    }

    private static long Size(string model)
    {
        Preset preset = PresetReader.Read(Catalog.Resolve("markov-sources", "default"), [$"compare.models={model}"], Settings);

        using SequenceModel made = Make(preset.Models[model].Model, ModelCatalog.Create(model));

        return made.ParameterCount;
    }

    // markov-sources: 12 symbols and two special ids, four sources, 64 steps.
    private static SequenceModel Make(ModelSettings settings, ModelArchitecture architecture)
    {
        torch.random.manual_seed(1);
        return SequenceModel.Create(architecture, settings, new ModelInput.Tokens(14), new ModelOutput.Pooled(4), 64);
    }
}
