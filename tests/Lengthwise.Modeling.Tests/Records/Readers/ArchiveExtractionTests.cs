using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Lengthwise.Modeling.Records.Readers;

namespace Lengthwise.Modeling.Tests.Records.Readers;

public sealed class ArchiveExtractionTests : IDisposable
{
    private readonly UserFiles _files = new();

    private DirectoryInfo Target => new(Path.Combine(_files.Directory.FullName, "out"));

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Tar_gz_and_zip_give_the_same_folder()
    {
        foreach (string archive in new[] { Tar(("set/a/1.txt", "hello")), Zip(("set/a/1.txt", "hello")) })
        {
            ArchiveExtraction.Extract(new FileInfo(archive), Target, cancellation: TestContext.Current.CancellationToken);

            Assert.Equal("hello", File.ReadAllText(Path.Combine(Target.FullName, "set", "a", "1.txt")));
            Target.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("../evil.txt")]
    [InlineData("a/../../evil.txt")]
    [InlineData("/evil.txt")]
    [InlineData("..\\evil.txt")]
    [InlineData("C:\\evil.txt")]
    public void An_entry_out_of_the_folder_is_refused_and_nothing_stays(string name)
    {
        foreach (Func<(string, string)[], string> pack in new Func<(string, string)[], string>[] { Tar, Zip })
        {
            string archive = pack([("1.txt", "a"), (name, "x")]);

            Assert.Contains("points out of the folder", Refusal(archive), StringComparison.Ordinal);

            Assert.False(Target.Exists);
            Assert.Equal(Path.GetFileName(archive), Assert.Single(_files.Directory.EnumerateFileSystemInfos()).Name);
            File.Delete(archive);
        }
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    public void Links_are_refused(TarEntryType kind)
    {
        var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, leaveOpen: true)) tar.WriteEntry(new PaxTarEntry(kind, "link") { LinkName = "/etc/passwd" });

        Assert.Contains("expected files and folders only", Refusal(_files.Write("x.tar", stream.ToArray())), StringComparison.Ordinal);
    }

    [Fact]
    public void A_limit_bounds_what_is_written() =>
        Assert.Contains("more than 10 bytes", Refusal(Zip(("1.txt", "more than ten bytes")), maxBytes: 10), StringComparison.Ordinal);

    [Fact]
    public void Every_truncation_of_an_archive_is_told()
    {
        byte[] whole = File.ReadAllBytes(Tar(("a/1.txt", string.Concat(Enumerable.Range(0, 300)))));

        for (int length = 0; length < whole.Length; length += 37) Refusal(_files.Write("cut.tar.gz", whole[..length]));

        Assert.False(Target.Exists);
    }

    [Fact]
    public void Something_else_is_no_archive() => Assert.Contains("expected tar, tar.gz or ZIP", Refusal(_files.Write("x.zip", "hello")), StringComparison.Ordinal);

    [Fact]
    public void An_archive_is_read_like_its_folder()
    {
        string archive = Tar(("set/train/yes/1.txt", "a"), ("set/train/no/2.txt", "b"), ("set/test/no/3.txt", "c"));

        Assert.Equal(["no", "no", "yes"], _files.Read(new ReadSettings { Path = archive }).Select(r => r.Label));
    }

    private string Refusal(string archive, long maxBytes = ArchiveExtraction.DefaultMaxBytes) =>
        Assert.Throws<LengthwiseException>(() => ArchiveExtraction.Extract(new FileInfo(archive), Target, maxBytes, TestContext.Current.CancellationToken)).Message;

    private string Tar(params (string Name, string Content)[] entries)
    {
        var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, leaveOpen: true))
            foreach ((string name, string content) in entries)
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)) });
        return _files.Write("x.tar.gz", UserFiles.Gzip(stream.ToArray()));
    }

    private string Zip(params (string Name, string Content)[] entries)
    {
        var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
            foreach ((string name, string content) in entries)
            {
                using Stream entry = zip.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(content));
            }
        return _files.Write("x.zip", stream.ToArray());
    }
}
