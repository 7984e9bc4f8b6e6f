using Lengthwise.Experiments;
using Lengthwise.Recipes;

namespace Lengthwise.Cli.Comparing;

/// <summary>Measures the speed of each model in a few steps, as many at once as the runs will be.</summary>
internal sealed class SpeedMeter(ComparisonRequest request)
{
    /// <summary>Speeds by task and model; what was measured before is not measured again.</summary>
    /// <param name="keep">Whether they are stored in the comparison's folder.</param>
    /// <param name="stop">Ends the measurement.</param>
    /// <exception cref="LengthwiseException">A model cannot run at all: data missing, disk full.</exception>
    public async Task<IReadOnlyDictionary<(string Task, string Model), Speed>> MeasureAsync(bool keep, CancellationToken stop)
    {
        string path = request.Folder.SpeedPath;
        var speeds = SpeedFile.Read(path).ToDictionary(s => (s.Task, s.Model));
        Recipe[] missing = [.. request.Plan.Arms.Select(a => a.Model).DistinctBy(m => (m.TaskLabel, m.ModelLabel)).Where(m => !speeds.ContainsKey((m.TaskLabel, m.ModelLabel)))];
        if (missing.Length == 0) return speeds;

        // Below the cache when nothing is to stay in the comparison's own folder.
        DirectoryInfo scratch = keep ? request.Folder.SpeedTrials : new DirectoryInfo(Path.Combine(request.Options.Cache.FullName, $".speed-{Environment.ProcessId}"));
        try
        {
            await ClearAsync(scratch, stop);
            using var slots = new SemaphoreSlim(request.Options.Jobs);
            foreach (Speed? speed in await Task.WhenAll(missing.Select(recipe => MeasureAsync(recipe, scratch, slots, stop))))
                if (speed is not null) speeds[(speed.Task, speed.Model)] = speed;
        }
        finally
        {
            await ClearAsync(scratch, CancellationToken.None);
        }
        if (keep) SpeedFile.Write(path, speeds.Values);
        return speeds;
    }

    // A comparison that was killed leaves probes behind that are just ending, and may still write.
    private static async Task ClearAsync(DirectoryInfo scratch, CancellationToken stop)
    {
        const int attempts = 50, pauseMilliseconds = 100;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                scratch.Refresh();
                if (scratch.Exists) scratch.Delete(recursive: true);
                return;
            }
            catch (IOException) when (attempt < attempts)
            {
                await Task.Delay(pauseMilliseconds, stop);
            }
        }
    }

    private async Task<Speed?> MeasureAsync(Recipe recipe, DirectoryInfo scratch, SemaphoreSlim slots, CancellationToken stop)
    {
        await slots.WaitAsync(stop);
        try
        {
            var folder = new RunFolder(new DirectoryInfo(Path.Combine(scratch.FullName, $"{recipe.TaskLabel}-{recipe.ModelLabel}")));
            AtomicFile.WriteText(folder.RecipePath, RecipeWriter.ToToml(Speed.Probe(recipe), []));
            using CellProcess process = CellProcess.Start(folder, request.Options.Cache, readTest: false, _ => { }, request.Options.Kernels);
            using CancellationTokenRegistration onStop = stop.Register(process.RequestStop);
            CellExit exit = await process.WaitAsync();
            stop.ThrowIfCancellationRequested();
            if (exit.IsCrash) return null;
            if (exit.Code != ExitCode.Done)
                throw new LengthwiseException(exit.Code, $"trying {recipe.ModelLabel} on {recipe.TaskName}: {exit.Message}", exit.Hint);
            return Speed.From(RunRecordFile.Read(folder.ResultPath), MetricsFile.Read(folder.MetricsPath));
        }
        finally
        {
            slots.Release();
        }
    }
}
