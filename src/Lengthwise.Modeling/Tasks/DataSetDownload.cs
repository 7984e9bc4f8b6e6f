using Lengthwise.Modeling.Data.Downloads;

namespace Lengthwise.Modeling.Tasks;

/// <summary>Brings all files of a data set to their folder, and says what is there.</summary>
/// <param name="origin">The data set.</param>
/// <param name="cache">Folder for prepared data.</param>
public sealed class DataSetDownload(DataOrigin origin, DirectoryInfo cache)
{
    private readonly DirectoryInfo _folder = origin.In(cache);

    /// <summary>Where the files are kept.</summary>
    public DirectoryInfo Folder => _folder;

    /// <summary>Files that are there, whole or in part.</summary>
    public IReadOnlyList<PresentFile> Present() =>
    [
        .. origin.Files.Select(item =>
        {
            var whole = new FileInfo(PathOf(item));
            if (whole.Exists) return new PresentFile(item.Name, whole.Length, IsWhole: true);
            var part = new FileInfo(PartialDownload.PathOf(whole.FullName));
            return new PresentFile(item.Name, part.Exists ? part.Length : 0, IsWhole: false);
        }),
    ];

    /// <summary>Downloads what is missing or is not what it should be.</summary>
    /// <param name="downloader">Does the work.</param>
    /// <param name="mirror">Address below which the files lie under their names; null for their publisher.</param>
    /// <param name="progress">Hears bytes; may be null.</param>
    /// <param name="cancellation">Stops; what has arrived is kept.</param>
    /// <returns>Number of files that were downloaded.</returns>
    /// <exception cref="LengthwiseException">A file is not offered, is another one, or cannot be reached or written.</exception>
    public async Task<int> GetAsync(Downloader downloader, Uri? mirror, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        IReadOnlyDictionary<string, Checksum>? sums = null;
        int downloaded = 0;
        // The list of sums comes first: the other files are checked against it.
        foreach (DownloadItem item in origin.Files.OrderByDescending(item => item.Name == origin.SumsFile))
        {
            DownloadItem wanted = sums is null ? item : item with { Checksum = SumOf(item.Name, sums) };
            if (await downloader.GetAsync(mirror is null ? wanted : wanted.At(mirror), new FileInfo(PathOf(item)), progress, cancellation)) downloaded++;
            if (item.Name == origin.SumsFile) sums = Checksum.ReadList(PathOf(item));
        }
        return downloaded;
    }

    private Checksum SumOf(string name, IReadOnlyDictionary<string, Checksum> sums) => sums.TryGetValue(name, out Checksum? sum)
        ? sum
        : throw new LengthwiseException(
            ExitCode.Data, $"downloading {origin.Folder}: the list '{origin.SumsFile}' has no sum of '{name}'",
            $"delete '{Path.Combine(_folder.FullName, origin.SumsFile!)}' and try again, or another place with --mirror URL");

    private string PathOf(DownloadItem item) => Path.Combine([_folder.FullName, .. item.Name.Split('/')]);
}

/// <summary>One file of a data set on this machine.</summary>
/// <param name="Name">Name below the folder of the data set.</param>
/// <param name="Bytes">Bytes that are there.</param>
/// <param name="IsWhole">Whether they are all.</param>
public sealed record PresentFile(string Name, long Bytes, bool IsWhole);
