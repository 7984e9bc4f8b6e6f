using System.CommandLine;
using System.Globalization;
using Lengthwise.Cli.Diagnosing;
using Lengthwise.Cli.Output;
using Lengthwise.Cli.Running;
using Lengthwise.Diagnoses;
using Lengthwise.Modeling.Native;
using Lengthwise.Reports.Reach;

namespace Lengthwise.Cli.Commands;

/// <summary><c>lengthwise diagnose reach</c>: how far the layers of finished runs look.</summary>
internal sealed class DiagnoseReachCommand : DocumentedCommand
{
    private const int DefaultRows = 64, DefaultWithin = 8;
    private readonly Terminal _terminal;

    private readonly Argument<DirectoryInfo> _folder = new("folder") { Description = "A finished run, or a comparison." };

    private readonly Option<int> _rows = new("--rows") { HelpName = "N", DefaultValueFactory = _ => DefaultRows, Description = "Rows of the validation split that attention is measured on, the same for every run." };

    private readonly Option<int> _within = new("--within") { HelpName = "STEPS", DefaultValueFactory = _ => DefaultWithin, Description = "Distance that counts as near: a power of two." };

    private readonly Option<DirectoryInfo> _out = new("--out") { HelpName = "FOLDER", Description = "Where reach.json, reach.svg and reach.html go; by default 'diagnosis' in the folder." };

    private readonly Option<int?> _threads = new("--threads") { HelpName = "N", Description = "Threads; by default all processors." };

    private readonly Option<bool> _json = new("--json") { Description = "Print the JSON document instead of the table." };

    private readonly Option<DirectoryInfo> _cache = Places.CacheOption();

    public DiagnoseReachCommand(Terminal terminal)
        : base("reach", "Measures how far layers look at initialisation, after pretraining and after fine-tuning: attention mass by distance, and the reach of SSM kernels.", [
            new("diagnose reach runs/default-markov-sources", "a comparison: means over seeds, and differences paired by seed"),
            new("diagnose reach runs/mine --rows 256 --within 16 --json", "one run, on more rows, for a script"),
        ])
    {
        _terminal = terminal;
        Add(_folder);
        foreach (Option option in (Option[])[_rows, _within, _out, _threads, _cache, _json]) Add(option);
        SetAction(parsed => (int)Run(parsed));
    }

    private ExitCode Run(ParseResult parsed)
    {
        DirectoryInfo folder = parsed.GetValue(_folder)!;
        int rows = parsed.GetValue(_rows), within = parsed.GetValue(_within), threads = parsed.GetValue(_threads) ?? Environment.ProcessorCount;
        if (rows < 1 || threads < 1)
            throw new LengthwiseException(ExitCode.Usage, string.Create(CultureInfo.InvariantCulture, $"diagnose reach: found --rows {rows} and --threads {threads}, expected 1 or more"), "");
        if (within < 1 || !int.IsPow2(within))
            throw new LengthwiseException(ExitCode.Usage, string.Create(CultureInfo.InvariantCulture, $"diagnose reach: found --within {within}, expected a power of two"), "bins of distance double: 1, 2, 4, 8, …");

        NativeRuntime.Start(threads);
        using var interruption = new Interruption();
        try
        {
            ReachDocument document = new ReachSurvey(_terminal, Places.Cache(parsed, _cache)).Measure(folder, rows, within, interruption.Stop);
            string page = ReachFiles.Write(document, parsed.GetValue(_out) ?? new DirectoryInfo(Path.Combine(folder.FullName, StoredDiagnoses.FolderName)));
            _terminal.Out.Write(parsed.GetValue(_json) ? document.ToJson() : ReachText.Render(document));
            _terminal.Note($"page: {page}");
            return ExitCode.Done;
        }
        catch (OperationCanceledException)
        {
            _terminal.Note("interrupted; nothing was written");
            return ExitCode.Interrupted;
        }
    }
}
