using System.Globalization;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Sizing;

/// <summary>Makes the models of a preset equally large, or several sizes of each, before it is planned.</summary>
public static class SizedPresets
{
    /// <summary>How far matched models may be off, relative to the target.</summary>
    public const double MatchTolerance = 0.02;

    /// <summary>How far a size may be off its factor: narrow models grow in coarse steps.</summary>
    public const double SizeTolerance = 0.05;

    /// <summary>The preset with the widths that its <c>match_parameters</c> and <c>sizes</c> ask for, and what was chosen in sentences.</summary>
    /// <param name="preset">The preset.</param>
    /// <param name="count">Trainable parameters of a model by its name and settings.</param>
    /// <exception cref="LengthwiseException">A size cannot be had.</exception>
    public static Preset Sized(Preset preset, Func<string, ModelSettings, long> count)
    {
        var notes = new List<string>();
        Dictionary<string, Recipe> models = preset.Compare.Models.ToDictionary(m => m, m => preset.Models[m]);
        if (preset.Compare.MatchParameters is { } wanted)
        {
            long target = Target(wanted, models, count);
            foreach (string name in preset.Compare.Models)
            {
                models[name] = WithSize(models[name], target, MatchTolerance, count, out string chosen);
                notes.Add(chosen);
            }
        }
        ValueList<double> sizes = preset.Compare.Sizes;
        if (sizes.Count > 0) models = Sizes(models, sizes, count, notes);
        return preset with
        {
            Compare = preset.Compare with { Models = [.. models.Keys] },
            Models = models,
            Notes = [.. preset.Notes, .. notes],
        };
    }

    private static Dictionary<string, Recipe> Sizes(Dictionary<string, Recipe> models, ValueList<double> sizes, Func<string, ModelSettings, long> count, List<string> notes)
    {
        var sized = new Dictionary<string, Recipe>(StringComparer.Ordinal);
        foreach ((string name, Recipe model) in models)
        {
            long size = count(model.ModelName, model.Model);
            foreach (double factor in sizes)
            {
                if (factor == 1)
                {
                    sized.Add(name, model);
                    continue;
                }
                string label = string.Create(CultureInfo.InvariantCulture, $"{model.ModelLabel}-{factor}x");
                Recipe other = WithSize(model, (long)Math.Round(factor * size), SizeTolerance, count, out string chosen);
                sized.Add(label, other with { Arm = (other.Arm ?? new ArmLabels()) with { Model = label } });
                notes.Add($"{label}: {chosen}");
            }
        }
        return sized;
    }

    private static long Target(string wanted, Dictionary<string, Recipe> models, Func<string, ModelSettings, long> count)
    {
        if (long.TryParse(wanted.Replace("_", "", StringComparison.Ordinal), NumberStyles.Integer, CultureInfo.InvariantCulture, out long number)) return number;
        if (models.TryGetValue(wanted, out Recipe? reference)) return count(reference.ModelName, reference.Model);
        IEnumerable<long> all = models.Values.Select(m => count(m.ModelName, m.Model));
        return wanted switch
        {
            ComparisonSettings.Smallest => all.Min(),
            ComparisonSettings.Largest => all.Max(),
            _ => throw new LengthwiseException(
                ExitCode.Usage, $"matching parameters: 'match_parameters' is '{wanted}', expected a number, '{ComparisonSettings.Smallest}', '{ComparisonSettings.Largest}' or a model that is compared",
                Suggestions.Hint("models", wanted, [.. models.Keys, ComparisonSettings.Smallest, ComparisonSettings.Largest])),
        };
    }

    private static Recipe WithSize(Recipe recipe, long target, double tolerance, Func<string, ModelSettings, long> count, out string chosen)
    {
        // What already fits stays as it was written.
        long size = count(recipe.ModelName, recipe.Model);
        SizedModel found = size == target
            ? new SizedModel(recipe.Model, size)
            : WidthSolver.Solve(recipe.ModelLabel, recipe.Model, target, tolerance, s => count(recipe.ModelName, s));
        string inner = found.Settings == recipe.Model with { DModel = found.Settings.DModel } ? "" : " and an inner width of the feed-forward of its own";
        chosen = string.Create(CultureInfo.InvariantCulture,
            $"{recipe.ModelLabel} on {recipe.TaskLabel} has {found.Parameters:n0} parameters with d_model {found.Settings.DModel}{inner} ({100.0 * (found.Parameters - target) / target:+0.0;-0.0;0.0} % off {target:n0}).");
        return recipe with { Model = found.Settings };
    }
}
