using System.Diagnostics;
using System.Globalization;
using Lengthwise.Cli.Output;
using Lengthwise.Modeling.Tasks;

namespace Lengthwise.Cli.Running;

/// <summary>Says how far a preparation is, from two seconds on and once in two seconds. Safe for concurrent use.</summary>
/// <param name="terminal">Where it is said.</param>
internal sealed class PreparationProgressLine(Terminal terminal) : IProgress<PreparationProgress>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private readonly Lock _lock = new();
    private readonly Stopwatch _since = Stopwatch.StartNew();

    /// <inheritdoc/>
    public void Report(PreparationProgress value)
    {
        lock (_lock)
        {
            if (_since.Elapsed < Pause) return;
            _since.Restart();
            string share = value.Total > 0 ? $", {(value.Done / (double)value.Total).ToString("P0", CultureInfo.InvariantCulture)}" : "";
            terminal.Note($"{value.What}{share}");
        }
    }
}
