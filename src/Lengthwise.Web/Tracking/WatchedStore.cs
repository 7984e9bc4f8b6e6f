using Lengthwise.Experiments;

namespace Lengthwise.Web.Tracking;

/// <summary>
/// Everything below the watched folder: comparisons, and runs that stand alone. Safe for concurrent use; however many pages are open, the files are
/// looked at once per interval.
/// </summary>
internal sealed class WatchedStore(WatchOptions options)
{
    private const int Deepest = 4;
    private static readonly TimeSpan SearchInterval = TimeSpan.FromSeconds(3);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ComparisonTracker> _comparisons = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RunTracker> _runs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ITrainer> _trainers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long Since, WatchedComparison State)> _recent = new(StringComparer.Ordinal);
    private IReadOnlyList<string> _found = [];
    private long _searched;

    /// <summary>The watched folder.</summary>
    public DirectoryInfo Root { get; } = new(Path.TrimEndingDirectorySeparator(options.Folder.FullName));

    /// <summary>Whether the folder exists by now.</summary>
    public bool Exists => Directory.Exists(Root.FullName);

    /// <summary>What stands at a path: a comparison, a run, the folder itself, or nothing.</summary>
    /// <param name="path">Relative to the watched folder, with forward slashes; empty for the folder itself.</param>
    public PlaceKind KindOf(string path)
    {
        if (FolderOf(path) is not { } directory) return PlaceKind.Nothing;
        if (new ComparisonFolder(directory).Exists) return PlaceKind.Comparison;
        if (File.Exists(new RunFolder(directory).RecipePath)) return PlaceKind.Run;
        return path.Length == 0 ? PlaceKind.Store : PlaceKind.Nothing;
    }

    /// <summary>Comparisons and runs below the folder, by path.</summary>
    public IReadOnlyList<string> Find()
    {
        lock (_gate)
        {
            if (_searched != 0 && TimeProvider.System.GetElapsedTime(_searched) < SearchInterval) return _found;
            _searched = TimeProvider.System.GetTimestamp();
            var found = new List<string>();
            Search(Root, "", 0, found);
            return _found = [.. found.Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>A comparison as it stands.</summary>
    public WatchedComparison Comparison(string path, bool wantsCurves)
    {
        lock (_gate)
        {
            string key = $"{path}?{wantsCurves}";
            if (_recent.TryGetValue(key, out var recent) && TimeProvider.System.GetElapsedTime(recent.Since) < options.Interval / 2) return recent.State;
            if (!_comparisons.TryGetValue(path, out ComparisonTracker? tracker))
                _comparisons[path] = tracker = new ComparisonTracker(new ComparisonFolder(FolderOf(path)!));
            WatchedComparison state = tracker.Refresh(wantsCurves, _trainers.GetValueOrDefault(path));
            _recent[key] = (TimeProvider.System.GetTimestamp(), state);
            return state;
        }
    }

    /// <summary>A run as it stands, and who works on it.</summary>
    public (WatchedRun Run, Presence Presence, string Log) Run(string path)
    {
        const int logBytes = 12 * 1024;
        lock (_gate)
        {
            var folder = new RunFolder(FolderOf(path)!);
            if (!_runs.TryGetValue(path, out RunTracker? tracker))
            {
                RunOutline outline = RunOutline.Read(folder.RecipePath) ?? new RunOutline("", "", "", 0, Pretrains: false, null);
                _runs[path] = tracker = new RunTracker(folder, new RunIdentity(folder.Name, "", IsPartOfComparison(path, "tuning"), outline));
            }
            return (tracker.Refresh(wantsCurves: true), ComparisonTracker.PresenceOf(folder.LockPath, _trainers.GetValueOrDefault(path)), RunLog.Of(folder).Tail(logBytes));
        }
    }

    /// <summary>Whether a run belongs to a comparison, which starts and stops it.</summary>
    public bool IsPartOfComparison(string path) => IsPartOfComparison(path, "cells") || IsPartOfComparison(path, "tuning");

    /// <summary>Asks whoever trains there to save and stop.</summary>
    /// <exception cref="LengthwiseException">Nobody trains there.</exception>
    public void Stop(string path)
    {
        string lockPath = LockOf(path);
        if (FolderLock.HolderOf(lockPath) is null) throw new LengthwiseException(ExitCode.Usage, "Nobody is training there.");
        StopRequest.Make(lockPath);
        Forget();
    }

    /// <summary>Continues what stands there.</summary>
    /// <exception cref="LengthwiseException">Somebody trains there already, or it cannot be started.</exception>
    public void Continue(string path)
    {
        string lockPath = LockOf(path);
        lock (_gate)
        {
            if (FolderLock.HolderOf(lockPath) is { } holder) throw new LengthwiseException(ExitCode.Usage, $"Process {holder} is training there already.");
            if (_trainers.TryGetValue(path, out ITrainer? started) && !started.HasEnded) throw new LengthwiseException(ExitCode.Usage, "It is starting already.");
            _trainers[path] = options.Trainers.Continue(FolderOf(path)!);
        }
        Forget();
    }

    private void Forget()
    {
        lock (_gate) _recent.Clear();
    }

    private string LockOf(string path) => KindOf(path) switch
    {
        PlaceKind.Comparison => new ComparisonFolder(FolderOf(path)!).LockPath,
        PlaceKind.Run when !IsPartOfComparison(path) => new RunFolder(FolderOf(path)!).LockPath,
        PlaceKind.Run => throw new LengthwiseException(ExitCode.Usage, "This run belongs to a comparison, which starts and stops it."),
        _ => throw new LengthwiseException(ExitCode.Usage, "There is neither a comparison nor a run."),
    };

    private bool IsPartOfComparison(string path, string part)
    {
        string[] segments = path.Split('/');
        // A run may be watched alone though it belongs to a comparison: then the comparison stands above the watched folder.
        DirectoryInfo? above = FolderOf(path)?.Parent;
        return (segments.Length >= 2 ? segments[^2] : above?.Name) == part && above?.Parent is { } comparison && new ComparisonFolder(comparison).Exists;
    }

    // Paths come from addresses: only names of folders below the watched one lead anywhere.
    private DirectoryInfo? FolderOf(string path)
    {
        if (path.Length == 0) return Root;
        string[] segments = path.Split('/');
        bool isPlain = segments.Length <= Deepest + 2
            && segments.All(s => s.Length is > 0 and < 256 && s[0] != '.' && !s.Any(c => char.IsControl(c) || c is '\\' or ':'));
        if (!isPlain) return null;
        var folder = new DirectoryInfo(Path.Combine([Root.FullName, .. segments]));
        return folder.Exists ? folder : null;
    }

    private static void Search(DirectoryInfo folder, string path, int depth, List<string> found)
    {
        try
        {
            foreach (DirectoryInfo child in folder.EnumerateDirectories())
            {
                if (child.Name[0] == '.') continue;
                string below = path.Length == 0 ? child.Name : $"{path}/{child.Name}";
                if (new ComparisonFolder(child).Exists || File.Exists(new RunFolder(child).RecipePath)) found.Add(below);
                else if (depth + 1 < Deepest) Search(child, below, depth + 1, found);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It does not exist yet, or is not ours to read: nothing is found there.
        }
    }
}

/// <summary>What stands at a path.</summary>
internal enum PlaceKind
{
    /// <summary>Nothing that can be shown.</summary>
    Nothing,

    /// <summary>The watched folder, which holds comparisons and runs or will.</summary>
    Store,

    /// <summary>A comparison.</summary>
    Comparison,

    /// <summary>A run.</summary>
    Run,
}
