using System.Globalization;
using Lengthwise.Modeling.Data.Downloads;

namespace Lengthwise.Cli.Output;

/// <summary>Shows downloads: one line that is redrawn on a terminal, a line every few seconds elsewhere.</summary>
internal sealed class DownloadDisplay(Terminal terminal) : IProgress<DownloadProgress>, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private readonly Lock _lock = new();
    private string _what = "";
    private long? _last;
    private int _drawn;

    /// <inheritdoc/>
    public void Report(DownloadProgress value)
    {
        lock (_lock)
        {
            string key = $"{value.Name}: {value.What}", line = $"{key} {Share(value)}".TrimEnd();
            if (terminal.Redraws)
            {
                Draw(line.Length < terminal.Width ? line : line[..(terminal.Width - 1)]);
                return;
            }
            bool isDue = _last is not { } last || TimeProvider.System.GetElapsedTime(last) >= Interval;
            if (key == _what && !isDue) return;
            (_what, _last) = (key, TimeProvider.System.GetTimestamp());
            terminal.Note(line);
        }
    }

    /// <summary>Ends the display with a sentence.</summary>
    public void Finish(string text)
    {
        lock (_lock)
        {
            Draw("");
            terminal.Note(text);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Draw("");

    private static string Share(DownloadProgress value) => value.Total > 0
        ? string.Create(CultureInfo.InvariantCulture, $"{Amount.Bytes(value.Done)} of {Amount.Bytes(value.Total)} ({100.0 * value.Done / value.Total:0} %)")
        : value.Done > 0 ? Amount.Bytes(value.Done) : "";

    private void Draw(string line)
    {
        if (!terminal.Redraws) return;
        terminal.Error.Write($"\r{line.PadRight(_drawn)}\r{line}");
        _drawn = line.Length;
    }
}
