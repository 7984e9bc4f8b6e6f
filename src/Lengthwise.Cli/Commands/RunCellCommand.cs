using System.CommandLine;
using System.Runtime.InteropServices;
using Lengthwise.Cli.Comparing;
using Lengthwise.Cli.Output;
using Lengthwise.Experiments;
using Lengthwise.Modeling.Kernels.Dispatch;
using Lengthwise.Modeling.Training;

namespace Lengthwise.Cli.Commands;

/// <summary>The hidden command that runs one cell of a comparison in a process of its own and reports to it line by line.</summary>
internal sealed class RunCellCommand : Command
{
    /// <summary>Its name; not for people.</summary>
    public const string CommandName = "run-cell";

    private readonly Terminal _terminal;

    private readonly Argument<DirectoryInfo> _folder = new("folder") { Description = "Run folder with a recipe.toml." };

    private readonly Option<DirectoryInfo> _cache = Places.CacheOption();

    private readonly Option<FileInfo> _kernels = new("--kernels") { Description = "What the comparison measured: which operations leave the C# kernels." };

    private readonly Option<bool> _noTest = new("--no-test") { Description = "Leave the test split alone." };

    public RunCellCommand(Terminal terminal)
        : base(CommandName, "Runs one cell of a comparison.")
    {
        _terminal = terminal;
        Hidden = true;
        Add(_folder);
        Add(_cache);
        Add(_kernels);
        Add(_noTest);
        SetAction(parsed => (int)Run(parsed));
    }

    private ExitCode Run(ParseResult parsed)
    {
        var reporter = new CellReporter(_terminal.Out);
        CancellationToken parentGone = ParentWatch.Watch(Console.OpenStandardInput());
        using var terminated = new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(parentGone, terminated.Token);
        using PosixSignalRegistration onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, c => c.Cancel = true);
        using PosixSignalRegistration onHangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, c => c.Cancel = true);
        using PosixSignalRegistration onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, c =>
        {
            c.Cancel = true;
            terminated.Cancel();
        });
        try
        {
            var folder = new RunFolder(parsed.GetValue(_folder)!);
            DirectoryInfo cache = Places.Cache(parsed, _cache);
            MeasuredChoice? measured = parsed.GetValue(_kernels) is { } file ? MeasuredChoice.Read(file.FullName) : null;
            var options = new RunOptions
            {
                Cache = cache,
                Observer = new LoggingObserver(RunLog.Of(folder), reporter),
                ReadTest = !parsed.GetValue(_noTest),
                Kernels = threads => (measured ?? MeasuredChoice.Get(cache, threads)).Choice,
            };
            TrainingRun.Resume(folder, options, either.Token);
            return ExitCode.Done;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
#pragma warning disable CA1031 // The comparison prints it; a stack trace here would reach nobody.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            (ExitCode code, string message, string hint) = ErrorText.Explain(failure);
            reporter.Send(new Failed(message, hint));
            return code;
        }
    }
}
