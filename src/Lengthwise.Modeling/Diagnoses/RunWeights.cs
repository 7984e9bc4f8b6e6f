using Lengthwise.Diagnoses;
using Lengthwise.Experiments;
using Lengthwise.Modeling.Checkpoints;
using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Modeling.Training;
using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Diagnoses;

/// <summary>
/// The model of a run at the moments of its training. Initial weights are drawn again, being a function of recipe and seed; the others are files of
/// the run. A mask column of the encoder is left out, which is the same as no masked step.
/// </summary>
internal sealed class RunWeights(RunFolder run, Recipe recipe, PhaseFactory phases, TaskShape shape)
{
    /// <summary>Moments that there are files for, and what is missing.</summary>
    public (IReadOnlyList<TrainingMoment> Moments, IReadOnlyList<string> Notes) Available()
    {
        List<TrainingMoment> moments = [TrainingMoment.Initialisation];
        List<string> notes = [];
        if (phases.Pretrains)
        {
            if (File.Exists(PretrainedPath)) moments.Add(TrainingMoment.Pretraining);
            else notes.Add("its pretrained weights were not kept, as in runs of earlier versions: nothing is said about pretraining alone");
        }
        if (phases.Metric is not null)
        {
            if (File.Exists(run.ModelPath)) moments.Add(TrainingMoment.Finetuning);
            else notes.Add("it has no model.safetensors: nothing is said about the end of training");
        }
        return (moments, notes);
    }

    /// <summary>The model in evaluation mode; the caller disposes it.</summary>
    /// <exception cref="LengthwiseException">A file is damaged or belongs to another model.</exception>
    public SequenceModel At(TrainingMoment moment)
    {
        using SequenceModel source = phases.Model(Phase(moment));
        if (FileOf(moment) is { } path)
        {
            IReadOnlyList<string> drawn = WeightExchange.Import(source.State, SafetensorsFile.Read(path), path);
            if (drawn.Count > 0 && moment != TrainingMoment.Initialisation)
                throw new LengthwiseException(ExitCode.Data, $"reading the weights of run '{run.Name}': '{path}' lacks {string.Join(", ", drawn)}", "restore the run's files, or train again");
        }
        SequenceModel model = SequenceModel.Create(
            ModelCatalog.Create(recipe.ModelName), recipe.Model, TaskModel.Input(shape.Input), TaskModel.PretrainingOutput(shape.Input), shape.MaxLength);
        Transfer.Apply(Named(source), Named(model), phases.HasMaskColumn && Phase(moment) == PhaseFactory.Pretrain);
        model.eval();
        return model;
    }

    // A run without labels ends with its pretrained weights.
    private string PretrainedPath => phases.Metric is null ? run.ModelPath : run.PretrainedPath;

    private string Phase(TrainingMoment moment) =>
        phases.Pretrains && moment != TrainingMoment.Finetuning ? PhaseFactory.Pretrain : PhaseFactory.Finetune;

    private string? FileOf(TrainingMoment moment) => moment switch
    {
        TrainingMoment.Initialisation => recipe.Run.Weights,
        TrainingMoment.Pretraining => PretrainedPath,
        _ => run.ModelPath,
    };

    private static Dictionary<string, Tensor> Named(SequenceModel model) => model.State.ToDictionary(s => s.Name, s => s.Tensor);
}
