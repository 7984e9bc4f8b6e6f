using Lengthwise.Modeling.Data.Downloads;

namespace Lengthwise.Modeling.Tasks;

/// <summary>Where the data of a task comes from, and how a person gets it.</summary>
/// <param name="Source">In a few words, such as <c>generated</c> or the publisher.</param>
public sealed record DataOrigin(string Source)
{
    /// <summary>Data that the task makes itself.</summary>
    public static DataOrigin Generated { get; } = new("generated");

    /// <summary>Folder for its files below <c>data</c> in the folder for prepared data; empty when there are none.</summary>
    public string Folder { get; init; } = "";

    /// <summary>Official files that may be downloaded for the user; empty when there are none, or their terms do not allow it.</summary>
    public IReadOnlyList<DownloadItem> Files { get; init; } = [];

    /// <summary>Whether the task works without its files, on data that it makes or brings.</summary>
    public bool IsOptional { get; init; }

    /// <summary>Name of the one of <see cref="Files"/> that lists the SHA-256 sums of the others; null when sums are known or not published.</summary>
    public string? SumsFile { get; init; }

    /// <summary>What the files contain.</summary>
    public string Contents { get; init; } = "";

    /// <summary>How a person gets the data without <c>data get</c>, and what to do with it; empty where there is nothing to get.</summary>
    public string ByHand { get; init; } = "";

    /// <summary>Where its files are kept.</summary>
    /// <param name="cache">Folder for prepared data.</param>
    public DirectoryInfo In(DirectoryInfo cache) => new(Path.Combine(cache.FullName, "data", Folder));
}
