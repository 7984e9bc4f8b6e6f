namespace Lengthwise.Experiments;

/// <summary>The files of one run. The folder is the truth; every index can be rebuilt from it.</summary>
public sealed class RunFolder(DirectoryInfo directory)
{
    /// <summary>The folder.</summary>
    public DirectoryInfo Directory { get; } = directory;

    /// <summary>Name of the run.</summary>
    public string Name => Directory.Name;

    /// <summary>The resolved recipe, with the data's hash and versions in its header comment.</summary>
    public string RecipePath => Path.Combine(Directory.FullName, "recipe.toml");

    /// <summary>One JSON object a line, <see cref="MetricLine"/>.</summary>
    public string MetricsPath => Path.Combine(Directory.FullName, "metrics.jsonl");

    /// <summary>The outcome, <see cref="RunRecord"/>; exists only when the run is finished.</summary>
    public string ResultPath => Path.Combine(Directory.FullName, "result.json");

    /// <summary>Held open by the process that writes here.</summary>
    public string LockPath => Path.Combine(Directory.FullName, "run.lock");

    /// <summary>Checkpoints.</summary>
    public string CheckpointsPath => Path.Combine(Directory.FullName, "checkpoints");

    /// <summary>Weights of the finished model, <c>model.safetensors</c>.</summary>
    public string ModelPath => Path.Combine(Directory.FullName, "model.safetensors");

    /// <summary>Weights that pretraining handed on to the labels, <c>pretrained.safetensors</c>; absent from scratch and without labels.</summary>
    public string PretrainedPath => Path.Combine(Directory.FullName, "pretrained.safetensors");

    /// <summary>How files become rows, <c>encoding.json</c>; absent for tasks that no file can be given to.</summary>
    public string EncodingPath => Path.Combine(Directory.FullName, "encoding.json");

    /// <summary>What the finished model said about each labelled test item.</summary>
    public string PredictionsPath => Path.Combine(Directory.FullName, "predictions.csv");

    /// <summary>Whether the run is finished.</summary>
    public bool IsFinished => File.Exists(ResultPath);
}
