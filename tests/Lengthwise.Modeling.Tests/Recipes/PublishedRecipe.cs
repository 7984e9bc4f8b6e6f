using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Recipes;
using TorchSharp;

namespace Lengthwise.Modeling.Tests.Recipes;

/// <summary>A shipped recipe of a single run, with what its model has to fit when the data is that of the literature.</summary>
/// <param name="Recipe">The recipe.</param>
/// <param name="Input">What the model reads.</param>
/// <param name="Output">What it gives for the labels.</param>
/// <param name="MaxLength">Longest sequence.</param>
internal sealed record PublishedRecipe(Recipe Recipe, ModelInput Input, ModelOutput Output, int MaxLength)
{
    // Kinds of symbols of the published files, special ones included.
    private const int TextCharacters = 135, RetrievalCharacters = 99, Bytes = 260;

    /// <summary>The folder of shipped recipes.</summary>
    public static DirectoryInfo Root { get; } = new(Path.Combine(AppContext.BaseDirectory, "recipes"));

    /// <summary>Names as <c>listops/s4</c>; not those about a person's own data, of which nothing is known.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. new PresetCatalog(Root).Recipes.Where(r => r.Task != "own-data").Select(r => $"{r.Task}/{r.Name}").Order(StringComparer.Ordinal)];

    /// <summary>Reads the recipe of that name.</summary>
    public static PublishedRecipe Read(string name)
    {
        Recipe recipe = RecipeReader.Read(PathOf(name), [], new SettingsCatalog());
        (ModelInput input, ModelOutput output, int length) = recipe.Task switch
        {
            TextSettings text => (Symbols(text.Level, TextCharacters), (ModelOutput)new ModelOutput.Pooled(2), text.MaxLength),
            RetrievalSettings pairs => (Symbols(pairs.Level, RetrievalCharacters), new ModelOutput.Paired(2), pairs.MaxLength),
            BidmcSettings windows => (new ModelInput.Reals(2), new ModelOutput.Pooled(1), windows.Length),
            _ => OfShape(TaskCatalog.Create(recipe.TaskName, recipe.Task).Shape!),
        };
        return new PublishedRecipe(recipe, input, output, length);
    }

    /// <summary>The file of that name.</summary>
    public static string PathOf(string name) => Path.Combine(Root.FullName, name + ".toml");

    /// <summary>The recipe's model, for sequences up to that length.</summary>
    public SequenceModel Create(int maxLength)
    {
        torch.random.manual_seed(1);
        return SequenceModel.Create(ModelCatalog.Create(Recipe.ModelName), Recipe.Model, Input, Output, maxLength);
    }

    private static ModelInput.Tokens Symbols(TextLevel level, int characters) => new(level == TextLevel.Bytes ? Bytes : characters);

    private static (ModelInput, ModelOutput, int) OfShape(TaskShape shape) => (TaskModel.Input(shape.Input), TaskModel.Output(shape.Output, 1), shape.MaxLength);
}
