using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Data.Downloads;

namespace Lengthwise.Modeling.Tasks.Files;

/// <summary>The four official files of Fashion-MNIST, plain or gzip.</summary>
/// <param name="place">Folder that they lie in, or somewhere below.</param>
internal sealed class FashionMnistFiles(FileSystemInfo place)
{
    private const string Address = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/";

    /// <summary>Where they come from.</summary>
    public static readonly DataOrigin Origin = new("comes with the program; the full files from Zalando with 'full = true'")
    {
        Folder = "fashion-mnist",
        IsOptional = true,
        Files =
        [
            Item("train-images-idx3-ubyte.gz", "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
            Item("train-labels-idx1-ubyte.gz", "25c81989df183df01b3e8a0aad5dffbe"),
            Item("t10k-images-idx3-ubyte.gz", "bef4ecab320f06d8554ea6380940ec79"),
            Item("t10k-labels-idx1-ubyte.gz", "bb300cfdad3c16e7a12a480ee83cd310"),
        ],
        Contents = "60,000 training and 10,000 test pictures of 28 x 28, ten classes",
    };

    /// <summary>Images and labels of one kind.</summary>
    /// <param name="kind"><c>train</c> or <c>t10k</c>.</param>
    /// <param name="count">Images that must be there.</param>
    /// <exception cref="LengthwiseException">A file is missing, damaged, or of another size.</exception>
    public (Idx Images, Idx Labels) Read(string kind, int count)
    {
        Idx images = Array($"{kind}-images-idx3-ubyte", 3), labels = Array($"{kind}-labels-idx1-ubyte", 1);
        bool isRight = images.Shape.SequenceEqual([count, 28, 28]) && labels.Shape[0] == count && labels.Bytes.All(l => l < 10);
        return isRight ? (images, labels) : throw new LengthwiseException(
            ExitCode.Data,
            FormattableString.Invariant($"reading fashion-mnist from '{place.FullName}': found {string.Join(" x ", images.Shape)} images and {labels.Shape[0]} labels, expected {count} x 28 x 28 and {count} labels of 0 to 9"),
            "'lengthwise data get fashion-mnist' downloads the official files");
    }

    private Idx Array(string name, int dimensions)
    {
        FileInfo file = FolderSearch.Below(place).Select(folder => FolderSearch.File(folder, name)).FirstOrDefault(f => f is not null)
            ?? throw new LengthwiseException(ExitCode.Data, $"reading fashion-mnist: found no {name} in '{place.FullName}', plain or with .gz", "'lengthwise data get fashion-mnist' downloads the official files");
        try
        {
            using FileStream stream = file.OpenRead();
            return file.Extension == ".gz" ? Idx.ReadGzip(stream, file.FullName, dimensions) : Idx.Read(stream, file.FullName, dimensions);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LengthwiseException(ExitCode.Data, $"reading '{file.FullName}': {e.Message}", "check the path and that you may read it", e);
        }
    }

    private static DownloadItem Item(string name, string md5) => new(name, new Uri(Address + name)) { Checksum = Checksum.Md5(md5) };
}
