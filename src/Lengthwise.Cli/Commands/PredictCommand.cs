using System.CommandLine;
using Lengthwise.Cli.Output;
using Lengthwise.Cli.Running;
using Lengthwise.Experiments;
using Lengthwise.Modeling;
using Lengthwise.Modeling.Native;
using Lengthwise.Modeling.Prediction;
using Lengthwise.Modeling.Records;
using Lengthwise.Modeling.Records.Readers;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Recipes;

namespace Lengthwise.Cli.Commands;

/// <summary><c>lengthwise predict</c>: what a trained model says about new files.</summary>
internal sealed class PredictCommand : DocumentedCommand
{
    private const string OwnData = "own-data";
    private readonly Terminal _terminal;

    private readonly Argument<DirectoryInfo> _run = new("run") { Description = "Folder of a finished run; 'lengthwise ls runs' lists them." };

    private readonly Argument<string> _file = new("file") { Description = "New rows: a file or folder of any kind that can be trained on. Labels in it are ignored." };

    private readonly Option<FileInfo> _out = new("--out") { HelpName = "CSV", Required = true, Description = "Where the predictions go; written beside and renamed at the end." };

    private readonly Option<int> _batchSize = new("--batch-size")
    {
        HelpName = "N",
        DefaultValueFactory = _ => 32,
        Description = "Rows at once; more costs memory and changes nothing else.",
    };

    private readonly Option<int?> _threads = new("--threads") { HelpName = "N", Description = "Threads; by default all processors." };

    private readonly Option<BadRowRule> _onBadRow = new("--on-bad-row") { HelpName = "error|skip", Description = "Stop at a row that cannot be read, or leave it out, counted and listed (default: error)." };

    private readonly Option<string[]> _set = new("--set") { HelpName = "KEY=VALUE", Description = "How the file is to be read, such as task.text_column=review; may be repeated." };

    public PredictCommand(Terminal terminal)
        : base("predict", "Predicts new files with a trained model: classes with probabilities, or values in the units of the training data.", [
            new("predict runs/own-data-s4d-masked-seed1 new.csv --out predictions.csv", "with the run's own vocabulary and normalisation"),
            new("predict runs/mine recordings --out predictions.csv --on-bad-row skip", "a folder, leaving out what cannot be read"),
            new("predict runs/mine reviews.csv --out p.csv --set task.text_column=review", "when the file leaves a doubt"),
        ])
    {
        _terminal = terminal;
        Add(_run);
        Add(_file);
        foreach (Option option in (Option[])[_out, _batchSize, _threads, _onBadRow, _set]) Add(option);
        SetAction(parsed => (int)Run(parsed));
    }

    private ExitCode Run(ParseResult parsed)
    {
        string file = parsed.GetValue(_file)!;
        FileInfo output = parsed.GetValue(_out)!;
        int batchSize = parsed.GetValue(_batchSize), threads = parsed.GetValue(_threads) ?? Environment.ProcessorCount;
        Check(file, output, batchSize, threads);

        NativeRuntime.Start(threads);
        var run = new RunFolder(parsed.GetValue(_run)!);
        using TrainedModel model = TrainedModel.Open(run);
        RecordSource source = Open(run, model, file, parsed.GetValue(_set) ?? []);
        var problems = new BadRows(parsed.GetValue(_onBadRow) == BadRowRule.Skip, "with --on-bad-row skip");
        var predictor = new Predictor(model, batchSize, problems);
        using var interruption = new Interruption();
        try
        {
            IEnumerable<SequenceRecord> records = source.Parts.SelectMany(part => part.Read(problems, interruption.Stop));
            PredictionTable.Write(output.FullName, model, Counted(predictor.Predict(records, interruption.Stop)));
        }
        catch (OperationCanceledException)
        {
            _terminal.Note("interrupted; nothing was written");
            return ExitCode.Interrupted;
        }
        Report(predictor, model, problems);
        _terminal.Out.WriteLine($"{Amount.Count(predictor.Rows)} rows predicted: {output}");
        return ExitCode.Done;
    }

    private static void Check(string file, FileInfo output, int batchSize, int threads)
    {
        if (!File.Exists(file) && !Directory.Exists(file))
            throw new LengthwiseException(ExitCode.Data, $"predicting: there is no file or folder '{file}'", "check the path");
        if (Path.GetFullPath(file) == output.FullName)
            throw new LengthwiseException(ExitCode.Usage, $"predicting: '--out {output}' is the file to predict", "name another file");
        if (batchSize < 1 || threads < 1)
            throw new LengthwiseException(ExitCode.Usage, $"predicting: found --batch-size {batchSize} and --threads {threads}, expected 1 or more", "");
    }

    /// <summary>Opens new rows as the run's task does; with settings, a task that has no such settings leaves it to those of own data.</summary>
    private static RecordSource Open(RunFolder run, TrainedModel model, string file, string[] overrides)
    {
        string path = Path.GetFullPath(file);
        Recipe recipe = model.Recipe;
        if (overrides.Length == 0) return TaskCatalog.Create(recipe.TaskName, recipe.Task).OpenForPrediction(path);
        if (overrides.FirstOrDefault(o => !o.StartsWith("task.", StringComparison.Ordinal)) is { } other)
            throw new LengthwiseException(ExitCode.Usage, $"predicting: '--set {other}' says nothing about how the file is read", "settings of reading begin with 'task.', such as task.label_column=none");
        if (recipe.TaskName != OwnData) return NamedTask.Read("predicting", OwnData, [$"task.path={path}", .. overrides]).OpenForPrediction(path);
        return TaskCatalog.Create(OwnData, RecipeReader.Read(run.RecipePath, overrides, new SettingsCatalog()).Task).OpenForPrediction(path);
    }

    private IEnumerable<PredictedRow> Counted(IEnumerable<PredictedRow> rows)
    {
        var progress = new PreparationProgressLine(_terminal);
        foreach (PredictedRow row in rows)
        {
            if (row.Number % 256 == 0) progress.Report(new PreparationProgress($"predicted {Amount.Count(row.Number)} rows", row.Number, 0));
            yield return row;
        }
    }

    private void Report(Predictor predictor, TrainedModel model, BadRows problems)
    {
        if (predictor.Cut > 0)
            _terminal.Note($"note: {Amount.Count(predictor.Cut)} sequences were longer than the model's {Amount.Count(model.Encoding.MaxLength)} steps and were cut at their end");
        if (predictor.UnknownSymbols > 0)
            _terminal.Note($"note: {Amount.Count(predictor.UnknownSymbols)} steps in {Amount.Count(predictor.RowsWithUnknown)} rows have a symbol that the training rows did not have");
        foreach (string note in problems.Notes()) _terminal.Note($"note: {note}");
    }
}
