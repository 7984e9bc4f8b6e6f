using System.Diagnostics;
using System.Globalization;
using Lengthwise.Cli.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Lengthwise.Cli.Running;

/// <summary>Shows a <see cref="ProgressBoard"/>: redrawn in place on a terminal, elsewhere one plain line per interval.</summary>
internal sealed class ProgressDisplay : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250), PlainInterval = TimeSpan.FromSeconds(10);
    private readonly Terminal _terminal;
    private readonly ProgressBoard _board;
    private readonly CancellationTokenSource _done = new();
    private readonly Task _shown;

    /// <summary>Begins to show the board on the error side of the terminal.</summary>
    public ProgressDisplay(Terminal terminal, ProgressBoard board)
    {
        (_terminal, _board) = (terminal, board);
        _shown = Task.Run(terminal.Redraws ? ShowLive : ShowPlain);
    }

    /// <summary>Shows what is left and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await _done.CancelAsync();
        await _shown;
        _done.Dispose();
    }

    /// <summary>One run in one line: phase, steps, loss, metric, speed and time left.</summary>
    internal static string Describe(ProgressRow row)
    {
        if (row.Progress is not { } p) return row.Phase;
        string metric = p.Metric is { } m ? string.Create(CultureInfo.InvariantCulture, $", metric {m:0.000}") : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"{row.Phase} {p.Step}/{p.TotalSteps}, loss {p.Loss:0.0000}{metric}, {Rate(p.TokensPerSecond)}, {Amount.Time(p.Remaining)} left");
    }

    private async Task ShowPlain()
    {
        var sinceLine = Stopwatch.StartNew();
        while (!_done.IsCancellationRequested)
        {
            await Task.Delay(Tick, _done.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            PrintLines(_terminal.Error.WriteLine);
            if (sinceLine.Elapsed < PlainInterval || _done.IsCancellationRequested) continue;
            sinceLine.Restart();
            if (_board.Headline() is { Length: > 0 } headline) _terminal.Error.WriteLine(headline);
            foreach (ProgressRow row in _board.Rows) _terminal.Error.WriteLine($"  {row.Name}: {Describe(row)}");
        }
        PrintLines(_terminal.Error.WriteLine);
    }

    private async Task ShowLive()
    {
        IAnsiConsole console = _terminal.LiveConsole();
        await console.Live(Table()).AutoClear(true).StartAsync(async live =>
        {
            while (!_done.IsCancellationRequested)
            {
                await Task.Delay(Tick, _done.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                PrintLines(line => console.WriteLine(line));
                live.UpdateTarget(Table());
            }
        });
        PrintLines(_terminal.Error.WriteLine);
    }

    private Rows Table()
    {
        var parts = new List<IRenderable>();
        var table = new Table { Border = TableBorder.None, ShowHeaders = true, Expand = false };
        foreach (string column in (string[])["run", "phase", "step", "loss", "metric", "tokens/s", "left"])
            table.AddColumn(new TableColumn(new Text(column)) { Alignment = column is "run" or "phase" ? Justify.Left : Justify.Right, NoWrap = column != "run" });
        foreach (ProgressRow row in _board.Rows) table.AddRow([.. Cells(row).Select(c => new Text(c))]);
        if (_board.Rows.Count > 0) parts.Add(table);
        if (_board.Headline() is { Length: > 0 } headline) parts.Add(new Text(headline));
        return new Rows(parts);
    }

    private static string[] Cells(ProgressRow row) => row.Progress is not { } p
        ? [row.Name, row.Phase, "", "", "", "", ""]
        :
        [
            row.Name, row.Phase, string.Create(CultureInfo.InvariantCulture, $"{p.Step}/{p.TotalSteps}"), p.Loss.ToString("0.0000", CultureInfo.InvariantCulture),
            p.Metric?.ToString("0.000", CultureInfo.InvariantCulture) ?? "", Rate(p.TokensPerSecond).Split(' ')[0], Amount.Time(p.Remaining),
        ];

    private static string Rate(double tokensPerSecond) => tokensPerSecond >= 10_000
        ? string.Create(CultureInfo.InvariantCulture, $"{tokensPerSecond / 1000:0}k tokens/s")
        : string.Create(CultureInfo.InvariantCulture, $"{tokensPerSecond:0} tokens/s");

    private void PrintLines(Action<string> print)
    {
        while (_board.Lines.TryDequeue(out string? line)) print(line);
    }
}
