namespace Lengthwise.Web;

/// <summary>What is watched, and where.</summary>
/// <param name="Folder">A comparison, a run, or a folder that holds some; it need not exist yet.</param>
/// <param name="Trainers">Starts trainers.</param>
public sealed record WatchOptions(DirectoryInfo Folder, ITrainers Trainers)
{
    /// <summary>Port on the loopback address; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>How often an open page looks at the files.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);
}
