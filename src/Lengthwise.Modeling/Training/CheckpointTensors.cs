using Lengthwise.Modeling.Checkpoints;
using Lengthwise.Modeling.Models;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Training;

/// <summary>Between a phase and the tensors of its checkpoint: <c>model.*</c>, <c>adam.*</c> and <c>best.*</c>.</summary>
internal static class CheckpointTensors
{
    private const string Model = "model.", Adam = "adam.", Best = "best.";

    /// <summary>Everything that the phase needs to continue.</summary>
    public static SafetensorsFile Collect(PhaseRunner phase)
    {
        var file = new SafetensorsFile();
        foreach ((string name, Tensor tensor) in phase.Model.State) file.Tensors[Model + name] = TensorExchange.ToEntry(tensor);
        foreach ((string name, Tensor tensor) in phase.Optimizer.Moments()) file.Tensors[Adam + name] = TensorExchange.ToEntry(tensor);
        foreach ((string name, Tensor tensor) in phase.Best.Tensors) file.Tensors[Best + name] = TensorExchange.ToEntry(tensor);
        return file;
    }

    /// <summary>Puts everything back.</summary>
    public static void Restore(SafetensorsFile file, PhaseRunner phase)
    {
        foreach ((string name, Tensor tensor) in phase.Model.State) TensorExchange.CopyInto(file.Tensors[Model + name], tensor, name);
        foreach ((string name, Tensor tensor) in phase.Optimizer.Moments()) TensorExchange.CopyInto(file.Tensors[Adam + name], tensor, name);
        foreach ((string name, SafetensorsEntry entry) in file.Tensors)
            if (name.StartsWith(Best, StringComparison.Ordinal)) phase.Best.Put(name[Best.Length..], TensorExchange.ToTensor(entry));
    }

    /// <summary>The weights alone, for the finished model.</summary>
    public static SafetensorsFile OfModel(SequenceModel model)
    {
        var file = new SafetensorsFile();
        foreach ((string name, Tensor tensor) in model.State) file.Tensors[name] = TensorExchange.ToEntry(tensor);
        return file;
    }
}
