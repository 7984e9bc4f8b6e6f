namespace Lengthwise.Diagnoses;

/// <summary>What <c>lengthwise diagnose</c> left in a comparison's folder.</summary>
/// <param name="Reach">How far its models look; null where nobody asked.</param>
/// <param name="Locality">How far its task needs them to look; null where nobody asked.</param>
/// <param name="Problems">Files that could not be read, as sentences.</param>
public sealed record StoredDiagnoses(ReachDocument? Reach, LocalityDocument? Locality, IReadOnlyList<string> Problems)
{
    /// <summary>Folder of diagnoses in a run or comparison.</summary>
    public const string FolderName = "diagnosis";

    /// <summary>Nothing was asked.</summary>
    public static StoredDiagnoses None { get; } = new(null, null, []);

    /// <summary>Reads what there is. A damaged file is a problem that is named, and no reason to show nothing else.</summary>
    /// <param name="comparison">The comparison's folder.</param>
    public static StoredDiagnoses Read(DirectoryInfo comparison)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        string folder = Path.Combine(comparison.FullName, FolderName);
        var problems = new List<string>();
        return new StoredDiagnoses(
            Read(() => ReachDocument.Read(Path.Combine(folder, ReachDocument.FileName)), problems),
            Read(() => LocalityDocument.Read(Path.Combine(folder, LocalityDocument.FileName)), problems),
            problems);
    }

    private static T? Read<T>(Func<T?> read, List<string> problems) where T : class
    {
        try
        {
            return read();
        }
        catch (LengthwiseException damaged)
        {
            problems.Add(damaged.Message);
            return null;
        }
    }
}
