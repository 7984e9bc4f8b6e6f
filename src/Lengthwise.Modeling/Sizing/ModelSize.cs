using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Native;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Sizing;

/// <summary>Counts the trainable parameters of models on the data of a task.</summary>
/// <param name="data">The prepared task: vocabulary, channels, classes and longest length decide the size too.</param>
public sealed class ModelSize(PreparedTask data)
{
    /// <summary>Trainable parameters of the fine-tuned model, or of the pretrained one where there are no labels.</summary>
    /// <param name="model">Name of the model.</param>
    /// <param name="settings">Its settings.</param>
    public long Of(string model, ModelSettings settings)
    {
        NativeRuntime.Start(1);
        using var scope = TorchSharp.torch.NewDisposeScope();
        ModelOutput output = data.Shape.Output is Data.NoOutput ? TaskModel.PretrainingOutput(data.Shape.Input) : TaskModel.Output(data.Shape.Output, data.Train.Parts);
        using SequenceModel made = SequenceModel.Create(ModelCatalog.Create(model), settings, TaskModel.Input(data.Shape.Input), output, data.Shape.MaxLength);
        return made.ParameterCount;
    }
}
