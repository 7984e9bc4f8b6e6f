using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Modeling.Training;
using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Checkpoints;

/// <summary>Weights in and out by name, for exchange with other programs. Every tensor is accounted for; a surprise is an error.</summary>
/// <remarks>
/// Names are those of the model (docs/models.md). Those of a layer alone, such as <c>layers.0.0.layer</c>, are the names of the published
/// implementation where there is one: "below" such a place, files of other programs and ours hold the same names.
/// </remarks>
public static class WeightExchange
{
    private const string Decoder = "decoder.";
    private const int MostProblems = 10;

    /// <summary>The tensors below a place of a model's file, under what is left of their names.</summary>
    /// <param name="file">The whole model.</param>
    /// <param name="below">Place in the model; empty for all of it.</param>
    /// <exception cref="LengthwiseException">There is nothing below that place.</exception>
    public static SafetensorsFile Part(SafetensorsFile file, string below)
    {
        string prefix = Prefix(below);
        var part = new SafetensorsFile();
        foreach ((string name, SafetensorsEntry entry) in file.Tensors)
            if (name.StartsWith(prefix, StringComparison.Ordinal)) part.Tensors[name[prefix.Length..]] = entry;
        return part.Tensors.Count > 0 ? part : throw NothingBelow("exporting weights", below, file.Tensors.Keys);
    }

    /// <summary>
    /// Overwrites the state of a model with a file's tensors, all or nothing. A head (<c>decoder.*</c>) that the file lacks, or has in another shape,
    /// keeps its drawn values.
    /// </summary>
    /// <param name="state">The model's tensors by name.</param>
    /// <param name="file">The weights.</param>
    /// <param name="path">Where they come from, for messages.</param>
    /// <param name="below">Place in the model that the file is about; empty for all of it.</param>
    /// <returns>Names of tensors that keep their values although the file is about them.</returns>
    /// <exception cref="LengthwiseException">Tensors are missing, have no place in the model, or are of another shape or type.</exception>
    public static IReadOnlyList<string> Import(IReadOnlyList<(string Name, Tensor Tensor)> state, SafetensorsFile file, string path, string below = "")
    {
        string prefix = Prefix(below);
        Dictionary<string, Tensor> targets = state.Where(s => s.Name.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(s => s.Name[prefix.Length..], s => s.Tensor);
        if (targets.Count == 0) throw NothingBelow($"importing weights from '{path}'", below, [.. state.Select(s => s.Name)]);

        List<string> drawn = [], problems = [];
        foreach ((string name, Tensor target) in targets)
        {
            string? problem = !file.Tensors.TryGetValue(name, out SafetensorsEntry? entry)
                ? $"'{name}' [{string.Join(", ", target.shape)}] is missing"
                : TensorExchange.Misfit(entry, target) is { } misfit ? $"'{name}': {misfit}" : null;
            if (problem is null) continue;
            if ((prefix + name).StartsWith(Decoder, StringComparison.Ordinal)) drawn.Add(name);
            else problems.Add(problem);
        }
        problems.AddRange(file.Tensors.Keys.Where(n => !targets.ContainsKey(n) && !(prefix + n).StartsWith(Decoder, StringComparison.Ordinal)).Select(n => Homeless(n, targets.Keys)));
        if (problems.Count > 0) throw Refused(path, problems);

        foreach ((string name, Tensor target) in targets)
            if (!drawn.Contains(name)) TensorExchange.CopyInto(file.Tensors[name], target, name);
        return drawn;
    }

    /// <summary>A recipe's model with freshly drawn weights, as its labels need it. libtorch must have been started.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="cache">Folder for prepared data, which is needed where only the data can tell the vocabulary.</param>
    /// <param name="progress">Hears what is done; may be null.</param>
    /// <param name="cancellation">Stops the preparation.</param>
    /// <exception cref="LengthwiseException">Data is missing, or has no labels.</exception>
    public static SequenceModel Fresh(Recipe recipe, DirectoryInfo cache, IProgress<PreparationProgress>? progress, CancellationToken cancellation)
    {
        SequenceTask task = TaskCatalog.Create(recipe.TaskName, recipe.Task);
        using PreparedTask? data = task.Shape is null ? task.Prepare(cache, progress, cancellation) : null;
        TaskShape shape = data?.Shape ?? task.Shape!;
        if (shape.Output is Data.NoOutput)
            throw new LengthwiseException(ExitCode.Usage, $"making the model of task '{recipe.TaskName}': it has no labels, so it has no head", "name a recipe with labels");
        Seeding.ForInitialisation(recipe.Run.Seed, PhaseFactory.Finetune);
        return SequenceModel.Create(
            ModelCatalog.Create(recipe.ModelName), recipe.Model, TaskModel.Input(shape.Input), TaskModel.Output(shape.Output, data?.Train.Parts ?? 1), shape.MaxLength);
    }

    private static string Prefix(string below) => below.Length == 0 ? "" : below.TrimEnd('.') + ".";

    private static string Homeless(string name, IEnumerable<string> known)
    {
        IReadOnlyList<string> near = Suggestions.For(name, known);
        return $"'{name}' has no place in the model" + (near.Count > 0 ? $" (is it '{near[0]}'?)" : "");
    }

    private static LengthwiseException Refused(string path, List<string> problems)
    {
        string rest = problems.Count > MostProblems ? FormattableString.Invariant($"\n  and {problems.Count - MostProblems} more") : "";
        string list = string.Concat(problems.Take(MostProblems).Select(p => "\n  " + p)) + rest;
        return new LengthwiseException(
            ExitCode.Data, FormattableString.Invariant($"importing weights from '{path}': {problems.Count} tensors do not fit, nothing was taken:{list}"),
            "model and file must have the same settings and names; 'docs/models.md' says what names are");
    }

    private static LengthwiseException NothingBelow(string doing, string below, IEnumerable<string> names)
    {
        // The first three steps of a name, such as layers.0.0, are where parts begin.
        string[] places = [.. names.Select(n => string.Join('.', n.Split('.').SkipLast(1).Take(4))).Where(p => p.Length > 0).Distinct()];
        return new LengthwiseException(ExitCode.Usage, $"{doing}: the model has nothing below '{below}'", Suggestions.Hint("places in it", below, places));
    }
}
