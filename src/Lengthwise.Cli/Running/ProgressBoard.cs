using System.Collections.Concurrent;
using Lengthwise.Experiments;

namespace Lengthwise.Cli.Running;

/// <summary>What a progress display shows: lines that stay, and the runs that are under way. Written by many threads, read by one.</summary>
internal sealed class ProgressBoard
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, ProgressRow> _rows = new(StringComparer.Ordinal);

    /// <summary>Lines that stay, in their order; the display takes them.</summary>
    public ConcurrentQueue<string> Lines { get; } = new();

    /// <summary>One line on the whole; may be empty.</summary>
    public Func<string> Headline { get; init; } = () => "";

    /// <summary>The runs under way, by name.</summary>
    public IReadOnlyList<ProgressRow> Rows
    {
        get
        {
            lock (_gate) return [.. _rows.Values];
        }
    }

    /// <summary>Where lines that stay are kept too; null for nowhere.</summary>
    public RunLog? Log { get; init; }

    /// <summary>Adds a line that stays.</summary>
    public void Print(string line)
    {
        Lines.Enqueue(line);
        Log?.Add(line);
    }

    /// <summary>Shows a run, or its new state.</summary>
    public void Show(string name, string phase, RunProgress? progress)
    {
        lock (_gate) _rows[name] = new ProgressRow(name, phase, progress);
    }

    /// <summary>Takes a run away.</summary>
    public void Remove(string name)
    {
        lock (_gate) _rows.Remove(name);
    }
}

/// <summary>A run under way.</summary>
/// <param name="Name">How it is called.</param>
/// <param name="Phase">What it does: <c>starting</c>, a phase, <c>saving</c>.</param>
/// <param name="Progress">Where it stands; null before its first step.</param>
internal sealed record ProgressRow(string Name, string Phase, RunProgress? Progress);
