using Lengthwise.Diagnoses;
using Lengthwise.Experiments;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Layers;
using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Modeling.Training;
using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Diagnoses;

/// <summary>Measures how far the layers of finished runs look: attention on rows of the validation split, kernels without data. libtorch must have been started.</summary>
/// <param name="cache">Prepared data.</param>
/// <param name="rows">Rows of the validation split, the same for all runs on the same data.</param>
/// <param name="progress">Hears of long preparations; may be null.</param>
public sealed class ReachMeasurement(DirectoryInfo cache, int rows, IProgress<PreparationProgress>? progress) : IDisposable
{
    private readonly Dictionary<TaskSettings, PreparedTask> _data = [];

    /// <summary>Measures one run.</summary>
    /// <exception cref="LengthwiseException">The run is not finished, has no such profile, or its files or data are not those it was made with.</exception>
    public RunReach Measure(RunFolder run, CancellationToken cancellation)
    {
        if (!File.Exists(run.RecipePath)) throw Unusable(run, ExitCode.Usage, "there is no recipe.toml in it", "name the folder of a run or comparison; 'lengthwise ls runs' lists them");
        if (!run.IsFinished) throw Unusable(run, ExitCode.Data, "the run is not finished", $"'lengthwise resume {run.Directory}' finishes it");
        RunRecord record = RunRecordFile.Read(run.ResultPath).Labelled();
        Recipe recipe = RecipeReader.Read(run.RecipePath, [], new SettingsCatalog());
        if (recipe.Model.ObstacleTo(ObjectiveKind.Masked) is { } obstacle && recipe.Model.ObstacleTo(ObjectiveKind.Causal) is not null)
            throw NoProfile(run, recipe, obstacle);
        SequenceTask task = TaskCatalog.Create(recipe.TaskName, recipe.Task);
        PreparedTask data = Prepare(run, record, recipe, task, cancellation);

        var weights = new RunWeights(run, recipe, new PhaseFactory(recipe, task, data), data.Shape);
        (IReadOnlyList<TrainingMoment> moments, IReadOnlyList<string> notes) = weights.Available();
        int[] chosen = Rows(data.Validation);
        // A class token stands in front as one more step.
        int length = data.Shape.MaxLength + (recipe.Model.Pooling == PoolingKind.Cls ? 1 : 0);
        IReadOnlyList<int> upTo = DistanceBins.UpTo(length);
        var measured = new List<MomentReach>();
        foreach (TrainingMoment moment in moments)
        {
            cancellation.ThrowIfCancellationRequested();
            using SequenceModel model = weights.At(moment);
            using var meters = new ModelMeters(length, upTo);
            Read(model, data, chosen, recipe.Optimizer.BatchSize, meters, cancellation);
            IReadOnlyList<LayerReach> layers = meters.Results();
            if (layers.Count == 0) throw NoProfile(run, recipe, "no layer of it has attention weights or a kernel by distance");
            measured.Add(new MomentReach(moment, layers));
        }
        return new RunReach
        {
            Run = run.Name,
            Task = record.Task,
            Model = record.Model,
            Objective = record.Objective,
            Seed = record.Seed,
            Rows = chosen.Length,
            Length = length,
            UpTo = upTo,
            Moments = measured,
            Notes = notes,
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PreparedTask data in _data.Values) data.Dispose();
    }

    private static void Read(SequenceModel model, PreparedTask data, int[] rows, int batchSize, ModelMeters meters, CancellationToken cancellation)
    {
        using var gradients = inference_mode();
        foreach (Batch batch in BatchSource.InOrder(data.Validation, data.Shape.Input, batchSize, rows))
        {
            using Batch owned = batch;
            cancellation.ThrowIfCancellationRequested();
            using Padding? padding = batch.IsPadded ? new Padding(batch.Lengths, batch.Input.shape[1]) : null;
            model.Visit(batch.Input, padding, meters.Visit);
        }
    }

    private int[] Rows(SequenceSplit validation)
    {
        int[] all = [.. Enumerable.Range(0, validation.Count)];
        new RandomStream(0, "diagnosed-rows").Shuffle<int>(all);
        return [.. all.Take(rows).Order()];
    }

    // Cells of a comparison share their data.
    private PreparedTask Prepare(RunFolder run, RunRecord record, Recipe recipe, SequenceTask task, CancellationToken cancellation)
    {
        if (!_data.TryGetValue(recipe.Task, out PreparedTask? data)) _data[recipe.Task] = data = task.Prepare(cache, progress, cancellation);
        if (data.Hash != record.DataHash)
            throw Unusable(
                run, ExitCode.Data, $"it was made with data of hash {record.DataHash}, now it is {data.Hash}", "bring back the data of that time, or train again");
        return data;
    }

    private static LengthwiseException NoProfile(RunFolder run, Recipe recipe, string why) => Unusable(
        run, ExitCode.Usage, $"model '{recipe.ModelName}' has no such profile: {why}", "docs/diagnoses.md lists the models that have one");

    private static LengthwiseException Unusable(RunFolder run, ExitCode code, string found, string hint) =>
        new(code, $"measuring how far the layers of '{run.Directory}' look: {found}", hint);
}
