using System.Globalization;
using Lengthwise.Cli.Output;
using Lengthwise.Experiments;
using Lengthwise.Modeling.Kernels.Dispatch;
using Lengthwise.Modeling.Training;

namespace Lengthwise.Cli.Running;

/// <summary>One run in this process, with its progress, Ctrl+C and result.</summary>
internal static class SingleRun
{
    /// <summary>Trains to the end or to a checkpoint.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="cache">Prepared data.</param>
    /// <param name="terminal">Receives progress and result.</param>
    /// <param name="json">Prints the result as JSON.</param>
    /// <param name="train">Starts or resumes the run.</param>
    public static async Task<ExitCode> ExecuteAsync(
        RunFolder folder, DirectoryInfo cache, Terminal terminal, bool json, Func<RunOptions, CancellationToken, RunRecord> train)
    {
        using var interruption = new Interruption();
        var board = new ProgressBoard();
        // A second Ctrl+C does not wait for the checkpoint: the one before it is whole.
        using CancellationTokenRegistration onStopNow = interruption.StopNow.Register(() => Environment.Exit((int)ExitCode.Interrupted));
        using CancellationTokenRegistration onStop = interruption.Stop.Register(() => board.Print("saving a checkpoint"));
        RunLog log = RunLog.Of(folder);
        IDisposable? requests = null;
        try
        {
            RunRecord record;
            await using (new ProgressDisplay(terminal, board))
            {
                var options = new RunOptions
                {
                    Cache = cache,
                    Observer = new LoggingObserver(log, new BoardObserver(board, folder.Name)),
                    ReadTest = !ComparisonFolder.IsTrial(folder),
                    Opened = () =>
                    {
                        StartNote.Write(folder.Directory, ["resume", folder.Directory.FullName, "--cache", cache.FullName]);
                        log.Add(string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId}: lengthwise resume {Quoted(folder.Directory)}"));
                        requests = StopRequest.Listen(folder.LockPath, interruption.Ask);
                    },
                    Kernels = threads => MeasuredChoice.Get(cache, threads).Choice,
                };
                record = await Task.Run(() => train(options, interruption.Stop));
            }
            terminal.Out.Write(json ? JsonText.Of(record) + "\n" : Describe(record, folder));
            return record.Diagnoses.Any(d => d.Severity == DiagnosisSeverity.Error) ? ExitCode.Failed : ExitCode.Done;
        }
        catch (OperationCanceledException)
        {
            log.Add("stopped, with a checkpoint");
            terminal.Note("interrupted, with a checkpoint. To continue:");
            terminal.Note($"  lengthwise resume {Quoted(folder.Directory)}");
            return ExitCode.Interrupted;
        }
        finally
        {
            requests?.Dispose();
        }
    }

    private static string Describe(RunRecord r, RunFolder folder)
    {
        var rows = new List<IReadOnlyList<string>>
        {
            new[] { "run", folder.Directory.ToString() },
            new[] { "what", $"{r.Task}, {r.Model}, {r.Objective}, seed {r.Seed.ToString(CultureInfo.InvariantCulture)}" },
        };
        if (r.FinetuneSteps > 0) rows.AddRange(Scores(r));
        if (r.PretrainLoss is not null)
            rows.Add(["pretraining", $"{Amount.Count(r.PretrainRows)} rows, validation loss {Score(r.PretrainLoss)}, best validation value {Score(r.PretrainValidation)}"]);
        rows.AddRange(
        [
            new[] { "parameters", Amount.Count(r.Parameters) },
            new[] { "steps", r.PretrainSteps > 0 ? $"{Amount.Count(r.PretrainSteps)} of pretraining, {Amount.Count(r.FinetuneSteps)} on labels" : Amount.Count(r.FinetuneSteps) },
            new[] { "time", $"{Amount.Time(TimeSpan.FromSeconds(r.Seconds))}, {Amount.Count((long)r.TokensPerSecond)} tokens/s" },
            new[] { "of the time", string.Create(CultureInfo.InvariantCulture, $"{Percent(r.EvaluationSeconds, r):0.0} % in validation, {Percent(r.LoadingSeconds, r):0.0} % waiting for data") },
            new[] { "padding", string.Create(CultureInfo.InvariantCulture, $"{r.PaddingSaved:0.00} times fewer padded steps than padding to the maximum") },
            new[] { "peak memory", Amount.Bytes(r.PeakMemoryBytes) },
        ]);
        return TextTable.Render(["", "result"], rows, Terminal.DefaultWidth);
    }

    private static IEnumerable<IReadOnlyList<string>> Scores(RunRecord r)
    {
        yield return [$"test {r.Metric}", Score(r.Test)];
        yield return [$"validation {r.Metric}", Score(r.Validation)];
        yield return ["chance", Score(r.Chance)];
        string[] others = [.. r.TestMetrics.Where(m => m.Key != r.Metric).Select(m => $"{m.Key} {Score(m.Value)}")];
        if (others.Length > 0) yield return ["also on test", string.Join(", ", others)];
        if (r.LabelledRows > 0) yield return ["labelled rows", $"{Amount.Count(r.LabelledRows)} for training, {Amount.Count(r.TestItems)} for the test"];
    }

    private static double Percent(double seconds, RunRecord r) => r.Seconds > 0 ? 100 * seconds / r.Seconds : 0;

    private static string Score(double? value) => value is { } v && double.IsFinite(v) ? v.ToString("0.0000", CultureInfo.InvariantCulture) : "-";

    private static string Quoted(DirectoryInfo folder) => folder.ToString().Any(char.IsWhiteSpace) ? $"'{folder}'" : folder.ToString();
}
