using Lengthwise.Experiments;
using Lengthwise.Modeling.Native;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Training;

/// <summary>One run from its recipe to its result, in a folder of its own; can be killed at any moment and continued exactly.</summary>
public static class TrainingRun
{
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(15);

    /// <summary>Trains, or continues a run of the same recipe that already stands in the folder.</summary>
    /// <param name="recipe">The resolved recipe.</param>
    /// <param name="folder">The run's folder; made when absent.</param>
    /// <param name="options">Cache, observer.</param>
    /// <param name="cancellation">Saves a checkpoint and stops.</param>
    /// <returns>The result, which also stands in <c>result.json</c>.</returns>
    /// <exception cref="OperationCanceledException">Stopped, with a checkpoint.</exception>
    /// <exception cref="LengthwiseException">The folder holds another recipe, is in use, or data is missing.</exception>
    public static RunRecord Start(Recipe recipe, RunFolder folder, RunOptions options, CancellationToken cancellation)
    {
        folder.Directory.Create();
        using FolderLock held = FolderLock.Take(folder.LockPath, "the run", LockPatience, cancellation);
        string text = RecipeWriter.ToToml(recipe, [$"Resolved recipe of run '{folder.Name}'; written by Lengthwise {MachineProbe.LengthwiseVersion}."]);
        if (!File.Exists(folder.RecipePath))
            AtomicFile.WriteText(folder.RecipePath, text);
        else if (Identity(RecipeReader.Read(folder.RecipePath, [], new SettingsCatalog())) != Identity(recipe))
            throw new LengthwiseException(
                ExitCode.Usage, $"starting a run in '{folder.Directory.FullName}': it holds a run of another recipe",
                "choose another folder, or continue the run that stands there with 'lengthwise resume'");
        return Execute(recipe, folder, options, cancellation);
    }

    /// <summary>Continues the run of a folder; a finished run returns its result.</summary>
    /// <exception cref="OperationCanceledException">Stopped, with a checkpoint.</exception>
    /// <exception cref="LengthwiseException">The folder holds no run, is in use, or data is missing.</exception>
    public static RunRecord Resume(RunFolder folder, RunOptions options, CancellationToken cancellation)
    {
        if (!File.Exists(folder.RecipePath))
            throw new LengthwiseException(
                ExitCode.Usage, $"resuming '{folder.Directory.FullName}': there is no recipe.toml in it", "name the folder of a run; 'lengthwise ls runs' lists them");
        using FolderLock held = FolderLock.Take(folder.LockPath, "the run", LockPatience, cancellation);
        return Execute(RecipeReader.Read(folder.RecipePath, [], new SettingsCatalog()), folder, options, cancellation);
    }

    private static string Identity(Recipe recipe) => RecipeWriter.ToToml(recipe, []);

    private static RunRecord Execute(Recipe recipe, RunFolder folder, RunOptions options, CancellationToken cancellation)
    {
        if (folder.IsFinished)
        {
            options.Observer?.OnNote($"run '{folder.Name}' is already finished");
            return RunRecordFile.Read(folder.ResultPath);
        }
        options.Opened?.Invoke();
        NativeRuntime.Start(recipe.Run.Threads);
        using var scope = TorchSharp.torch.NewDisposeScope();
        using var session = new RunSession(recipe, Identity(recipe), folder, options);
        return session.Run(cancellation);
    }
}
