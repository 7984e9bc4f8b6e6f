using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Lengthwise.Modeling.Data;

namespace Lengthwise.Modeling.Tests.Data;

public sealed class ArchiveExtractionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("tar")]
    [InlineData("tar.gz")]
    [InlineData("zip")]
    public void Files_and_folders_come_out_as_they_went_in(string kind)
    {
        FileInfo archive = Archive(kind, ("set/train/a.txt", "one"), ("./set/b.txt", ""), ("set/train/c d.txt", "drei"));

        DirectoryInfo into = Extract(archive);

        Assert.True(ArchiveExtraction.IsArchive(archive));
        Assert.Equal("one", File.ReadAllText(Path.Combine(into.FullName, "set/train/a.txt")));
        Assert.Equal("", File.ReadAllText(Path.Combine(into.FullName, "set/b.txt")));
        Assert.Equal("drei", File.ReadAllText(Path.Combine(into.FullName, "set/train/c d.txt")));
    }

    [Theory]
    [InlineData("tar.gz", "../out.txt")]
    [InlineData("tar.gz", "set/../../out.txt")]
    [InlineData("tar.gz", "/tmp/out.txt")]
    [InlineData("tar.gz", "..\\out.txt")]
    [InlineData("tar.gz", "C:\\out.txt")]
    [InlineData("zip", "../out.txt")]
    [InlineData("zip", "/tmp/out.txt")]
    [InlineData("zip", "a/..\\..\\out.txt")]
    public void A_name_that_leads_out_of_the_folder_is_refused(string kind, string name)
    {
        FileInfo archive = Archive(kind, ("good.txt", "x"), (name, "bad"));

        LengthwiseException refused = Assert.Throws<LengthwiseException>(() => Extract(archive));

        Assert.Equal(ExitCode.Data, refused.Code);
        Assert.Contains(name, refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["out"]));
        Assert.Equal(archive.FullName, Assert.Single(Directory.GetFileSystemEntries(Path.GetDirectoryName(archive.FullName)!)));
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    [InlineData(TarEntryType.Fifo)]
    public void Links_and_devices_are_refused(TarEntryType type)
    {
        var archive = new FileInfo(_folder["a.tar"]);
        using (var tar = new TarWriter(archive.Create()))
        {
            var entry = new PaxTarEntry(type, "link");
            if (type is TarEntryType.SymbolicLink or TarEntryType.HardLink) entry.LinkName = "/etc/passwd";
            tar.WriteEntry(entry);
        }

        LengthwiseException refused = Assert.Throws<LengthwiseException>(() => Extract(archive));

        Assert.Contains(type.ToString(), refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_in_a_zip_is_refused()
    {
        var archive = new FileInfo(_folder["a.zip"]);
        using (var zip = new ZipArchive(archive.Create(), ZipArchiveMode.Create))
            zip.CreateEntry("link").ExternalAttributes = unchecked((int)0xA1FF0000);

        LengthwiseException refused = Assert.Throws<LengthwiseException>(() => Extract(archive));

        Assert.Contains("is a link", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_stands_twice_is_refused()
    {
        LengthwiseException refused = Assert.Throws<LengthwiseException>(() => Extract(Archive("tar.gz", ("a", "1"), ("./a", "2"))));

        Assert.Contains("twice", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_archive_may_swell_to_200_times_its_size_but_always_to_a_gibibyte()
    {
        Assert.Equal(1L << 30, ArchiveExtraction.MostBytes(1000));
        Assert.Equal(200L << 30, ArchiveExtraction.MostBytes(1L << 30));
    }

    [Theory]
    [InlineData("tar.gz")]
    [InlineData("zip")]
    public void A_bomb_is_stopped_when_it_swells_and_leaves_nothing(string kind)
    {
        FileInfo archive = Archive(kind, ("zeros", new string('0', 2_000_000)));

        LengthwiseException refused = Assert.Throws<LengthwiseException>(
            () => ArchiveExtraction.Extract(archive, new DirectoryInfo(_folder["out"]), 1_000_000, null, TestContext.Current.CancellationToken));

        Assert.Contains("swell above 1,000,000 bytes", refused.Message, StringComparison.Ordinal);
        Assert.Single(Directory.GetFileSystemEntries(Path.GetDirectoryName(archive.FullName)!));
    }

    [Theory]
    [InlineData("tar.gz")]
    [InlineData("zip")]
    public void A_truncated_archive_is_named_and_leaves_nothing(string kind)
    {
        FileInfo archive = Archive(kind, ("a.txt", new string('x', 10_000)), ("b.txt", string.Concat(Enumerable.Range(0, 5000))));
        byte[] bytes = File.ReadAllBytes(archive.FullName);
        File.WriteAllBytes(archive.FullName, bytes[..(bytes.Length / 2)]);

        LengthwiseException refused = Assert.Throws<LengthwiseException>(() => Extract(archive));

        Assert.Equal(ExitCode.Data, refused.Code);
        Assert.Contains(archive.FullName, refused.Message, StringComparison.Ordinal);
        Assert.Single(Directory.GetFileSystemEntries(Path.GetDirectoryName(archive.FullName)!));
    }

    [Fact]
    public void Another_file_is_no_archive()
    {
        string text = _folder["a.txt"], gzip = _folder["a.gz"];
        File.WriteAllText(text, "hello");
        using (var stream = new GZipStream(File.Create(gzip), CompressionMode.Compress)) stream.Write("hello"u8);

        Assert.False(ArchiveExtraction.IsArchive(new FileInfo(text)));
        Assert.False(ArchiveExtraction.IsArchive(new FileInfo(gzip)));
        Assert.Throws<LengthwiseException>(() => Extract(new FileInfo(text)));
    }

    private DirectoryInfo Extract(FileInfo archive)
    {
        var into = new DirectoryInfo(_folder["out"]);
        ArchiveExtraction.Extract(archive, into, null, TestContext.Current.CancellationToken);
        return into;
    }

    private FileInfo Archive(string kind, params (string Name, string Text)[] files)
    {
        var file = new FileInfo(_folder[$"a.{kind}"]);
        using Stream stream = kind == "tar.gz" ? new GZipStream(file.Create(), CompressionMode.Compress) : file.Create();
        if (kind == "zip")
        {
            using var zip = new ZipArchive(stream, ZipArchiveMode.Create);
            foreach ((string name, string text) in files)
            {
                using Stream entry = zip.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        }
        else
        {
            using var tar = new TarWriter(stream);
            foreach ((string name, string text) in files)
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = text.Length == 0 ? null : new MemoryStream(Encoding.UTF8.GetBytes(text)) });
        }
        file.Refresh();
        return file;
    }
}
