namespace Lengthwise.Modeling.Data.Downloads;

/// <summary>One file to download.</summary>
/// <param name="Name">Name below the folder of its data set, with forward slashes; also what follows the address of a mirror.</param>
/// <param name="Address">Where its publisher offers it.</param>
public sealed record DownloadItem(string Name, Uri Address)
{
    /// <summary>Its size; null when it is not known in advance.</summary>
    public long? Bytes { get; init; }

    /// <summary>Its checksum; null when none is published.</summary>
    public Checksum? Checksum { get; init; }

    /// <summary>The same file at a mirror, which keeps the files of a data set below one address.</summary>
    public DownloadItem At(Uri mirror)
    {
        string folder = mirror.GetLeftPart(UriPartial.Path);
        return this with { Address = new Uri(new Uri(folder.EndsWith('/') ? folder : folder + "/"), Name) };
    }
}

/// <summary>How far a download has come.</summary>
/// <param name="Name">Name of the file.</param>
/// <param name="What">What is being done, such as <c>downloading</c> or <c>checking</c>.</param>
/// <param name="Done">Bytes done.</param>
/// <param name="Total">Bytes in all; 0 when unknown.</param>
public sealed record DownloadProgress(string Name, string What, long Done, long Total);
