using Lengthwise.Experiments;
using Lengthwise.Modeling.Checkpoints;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Records.Encodings;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Recipes;
using TorchSharp;

namespace Lengthwise.Modeling.Prediction;

/// <summary>The finished model of a run with all it needs to read new files: its recipe, vocabulary, normalisation and classes.</summary>
public sealed class TrainedModel : IDisposable
{
    private TrainedModel(Recipe recipe, FittedEncoding encoding, TaskShape shape, SequenceModel model) =>
        (Recipe, Encoding, Shape, Model) = (recipe, encoding, shape, model);

    /// <summary>The run's recipe.</summary>
    public Recipe Recipe { get; }

    /// <summary>How rows become what the model reads.</summary>
    public FittedEncoding Encoding { get; }

    /// <summary>What goes in and comes out.</summary>
    public TaskShape Shape { get; }

    /// <summary>The model, in evaluation mode.</summary>
    internal SequenceModel Model { get; }

    /// <summary>Columns of an output: class names, or target names.</summary>
    public IReadOnlyList<string> Columns => Shape.Output is ClassOutput classes ? classes.Classes : ((RegressionOutput)Shape.Output).Names;

    /// <summary>Opens the model of a finished run. libtorch must have been started.</summary>
    /// <param name="run">The run's folder.</param>
    /// <exception cref="LengthwiseException">There is no run, it is not finished, has no result, or cannot predict files.</exception>
    public static TrainedModel Open(RunFolder run)
    {
        if (!File.Exists(run.RecipePath))
            throw Unusable(run, ExitCode.Usage, "there is no recipe.toml in it", "name the folder of a run; 'lengthwise ls runs' lists them");
        if (!run.IsFinished) throw Unusable(run, ExitCode.Data, "the run is not finished", $"'lengthwise resume {run.Directory}' finishes it");
        RunRecord record = RunRecordFile.Read(run.ResultPath);
        if (!File.Exists(run.ModelPath))
        {
            string why = record.Diagnoses.FirstOrDefault(d => d.Severity == DiagnosisSeverity.Error) is { } error ? $"the run has no model: {error.Message}" : "its model.safetensors is missing";
            throw Unusable(run, ExitCode.Data, why, "train again");
        }
        if (!File.Exists(run.EncodingPath))
            throw Unusable(run, ExitCode.Usage, $"its task '{record.Task}' is not read from files, so there is no rule by which a file becomes its input", "train on a task that reads files, such as own-data");
        Recipe recipe = RecipeReader.Read(run.RecipePath, [], new SettingsCatalog());
        FittedEncoding encoding = FittedEncoding.Read(run.EncodingPath);
        TaskShape shape = encoding.Shape(record.Chance);
        if (shape.Output is NoOutput)
            throw Unusable(run, ExitCode.Usage, "it was trained without labels, so there is nothing to predict", "fine-tune a model on labelled rows");
        return new TrainedModel(recipe, encoding, shape, LoadModel(run, recipe, encoding, shape));
    }

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();

    private static SequenceModel LoadModel(RunFolder run, Recipe recipe, FittedEncoding encoding, TaskShape shape)
    {
        SafetensorsFile weights = SafetensorsFile.Read(run.ModelPath);
        SequenceModel model = SequenceModel.Create(
            ModelCatalog.Create(recipe.ModelName), recipe.Model, TaskModel.Input(shape.Input), TaskModel.Output(shape.Output, encoding.IsPair ? 2 : 1), shape.MaxLength);
        try
        {
            foreach ((string name, torch.Tensor tensor) in model.State)
            {
                if (!weights.Tensors.TryGetValue(name, out SafetensorsEntry? entry)) throw new InvalidDataException($"tensor '{name}' is missing");
                TensorExchange.CopyInto(entry, tensor, name);
            }
            model.eval();
            return model;
        }
        catch (InvalidDataException e)
        {
            model.Dispose();
            throw Unusable(run, ExitCode.Data, $"model.safetensors does not fit recipe.toml and encoding.json: {e.Message}", "restore the run's files, or train again", e);
        }
    }

    private static LengthwiseException Unusable(RunFolder run, ExitCode code, string found, string hint, Exception? cause = null) =>
        new(code, $"predicting with '{run.Directory}': {found}", hint, cause);
}
