using System.Buffers.Binary;
using System.Text;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Modeling.Tasks.Pathfinder;
using Lengthwise.Modeling.Tests.Data;

namespace Lengthwise.Modeling.Tests.Tasks.Pathfinder;

public sealed class PathfinderLayoutTests : IDisposable
{
    private static readonly PathfinderSettings Drawn = new() { TrainSize = 16, ValidationSize = 2, TestSize = 2, ContourLength = 9 };
    private readonly TemporaryFolder _folder = new();

    private string SetPath => _folder["release/lra_release/pathfinder32/curv_contour_length_9"];

    private string MetadataPath => Path.Combine(SetPath, "metadata", "0.npy");

    public void Dispose() => _folder.Dispose();

    private void Write() => new PathfinderTask(Drawn).WriteRelease(new DirectoryInfo(_folder["release/lra_release"]), null, TestContext.Current.CancellationToken);

    private PreparedTask Read(PathfinderSettings? settings = null) =>
        new PathfinderTask(settings ?? new PathfinderSettings { Folder = _folder["release"], ContourLength = 9 })
            .Prepare(new DirectoryInfo(_folder["cache"]), null, TestContext.Current.CancellationToken);

    [Fact]
    public void Images_that_were_written_read_back_as_they_were_drawn()
    {
        Write();

        using PreparedTask read = Read();
        using PreparedTask drawn = Read(Drawn);

        Assert.Equal(drawn.Hash, read.Hash);
        Assert.Equal((16, 2, 2), (read.Train.Count, read.Validation.Count, read.Test.Count));
    }

    [Fact]
    public void Metadata_has_the_columns_of_the_release()
    {
        Write();

        string[] lines = File.ReadAllLines(MetadataPath);

        Assert.Equal(20, lines.Length);
        Assert.Matches("^imgs/0 sample_0.png 0 [01] 1.0 9 3 2 0.5 1 1$", lines[0]);
    }

    [Fact]
    public void A_batch_that_is_complete_is_not_written_again()
    {
        Write();
        File.AppendAllText(MetadataPath, "marked\n");

        Write();

        Assert.Equal("marked", File.ReadLines(MetadataPath).Last());
    }

    [Fact]
    public void The_published_division_is_another_one_and_as_large()
    {
        Write();

        using PreparedTask clean = Read(), published = Read(new PathfinderSettings { Folder = _folder["release"], ContourLength = 9, Split = PathfinderSplit.Published });

        Assert.NotEqual(clean.Hash, published.Hash);
        Assert.Equal((16, 2, 2), (published.Train.Count, published.Validation.Count, published.Test.Count));
    }

    [Fact]
    public void Broken_empty_missing_and_odd_images_are_skipped_counted_and_listed()
    {
        Write();
        string images = Path.Combine(SetPath, "imgs", "0");
        File.WriteAllBytes(Path.Combine(images, "sample_1.png"), []);
        File.WriteAllBytes(Path.Combine(images, "sample_2.png"), File.ReadAllBytes(Path.Combine(images, "sample_2.png"))[..60]);
        File.Delete(Path.Combine(images, "sample_3.png"));
        new PathfinderTask(new PathfinderSettings { Resolution = 64, TrainSize = 1, ValidationSize = 1, TestSize = 1, ContourLength = 2 }).WriteRelease(new DirectoryInfo(_folder["larger"]), null, TestContext.Current.CancellationToken);
        File.Copy(Directory.EnumerateFiles(_folder["larger"], "sample_0.png", SearchOption.AllDirectories).Single(), Path.Combine(images, "sample_4.png"), overwrite: true);

        using PreparedTask read = Read();

        Assert.Equal(12, read.Train.Count);
        Assert.Contains(read.Notes, n => n.Contains("4 bad rows were skipped", StringComparison.Ordinal));
        Assert.Equal(4, read.Summary!.Skipped);
        foreach (string fault in (string[])["empty (0 bytes)", "cut short", "sample_3.png", "64 x 64 pixels"])
            Assert.Contains(read.Summary.SkippedFirst, n => n.Contains(fault, StringComparison.Ordinal));
    }

    [Fact]
    public void Metadata_files_come_in_the_order_of_their_numbers()
    {
        Write();
        foreach (string name in (string[])["10", "2", "1"]) File.Copy(MetadataPath, Path.Combine(SetPath, "metadata", $"{name}.npy"));

        var folder = PathfinderFolder.Find(_folder["release"], 32, 9);

        Assert.Equal(["0.npy", "1.npy", "2.npy", "10.npy"], folder.Metadata.Select(f => f.Name));
    }

    [Fact]
    public void The_inner_copy_of_a_nested_release_is_taken()
    {
        Write();
        string inner = _folder["release/lra_release/lra_release/pathfinder32/curv_contour_length_9"];
        CopyMetadata(inner);

        Assert.Equal(inner, PathfinderFolder.Find(_folder["release"], 32, 9).Set.FullName);
    }

    [Fact]
    public void Every_folder_on_the_way_to_the_set_can_be_given()
    {
        Write();

        Assert.All((string[])["release", "release/lra_release", "release/lra_release/pathfinder32", "release/lra_release/pathfinder32/curv_contour_length_9"],
            folder => Assert.Equal(SetPath, PathfinderFolder.Find(_folder[folder], 32, 9).Set.FullName));
    }

    [Theory]
    [InlineData(64, 9)]
    [InlineData(32, 14)]
    public void A_set_that_is_not_there_is_named(int resolution, int length)
    {
        Write();

        var error = Assert.Throws<LengthwiseException>(() => PathfinderFolder.Find(_folder["release"], resolution, length));

        Assert.Equal(ExitCode.Data, error.Code);
        Assert.Contains(FormattableString.Invariant($"pathfinder{resolution}/curv_contour_length_{length}"), error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("imgs/0 sample_0.png 0", "found 3 fields")]
    [InlineData("imgs/0 sample_0.png 0 2 1.0", "found label '2'")]
    [InlineData("imgs/0 sample_0.png 0 x 1.0", "found label 'x'")]
    [InlineData("../.. secret.png 0 1 1.0", "expected a path below the set")]
    [InlineData("/etc passwd 0 1 1.0", "expected a path below the set")]
    public void Damaged_metadata_is_refused_with_file_and_line(string line, string expected)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(MetadataPath)!);
        File.WriteAllText(MetadataPath, $"imgs/0 sample_0.png 0 1 1.0\n{line}\n");

        var error = Assert.Throws<LengthwiseException>(() => PathfinderMetadata.Read(MetadataPath));

        Assert.Contains("0.npy(2)", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<U12")]
    [InlineData(">U12")]
    [InlineData("|S12")]
    public void True_numpy_metadata_reads_like_text(string type)
    {
        string[][] rows = [["imgs/0", "sample_0.png", "0", "1", "1.0"], ["imgs/0", "sample_1.png", "1", "0", "1.0"]];
        Directory.CreateDirectory(Path.GetDirectoryName(MetadataPath)!);
        File.WriteAllBytes(MetadataPath, NumPy(rows, type));

        IReadOnlyList<PathfinderEntry> entries = PathfinderMetadata.Read(MetadataPath);

        Assert.Equal([("imgs/0/sample_0.png", 1), ("imgs/0/sample_1.png", 0)], entries.Select(e => (e.Image, e.Label)));
    }

    [Fact]
    public void Every_cut_of_a_numpy_file_and_objects_in_it_are_refused()
    {
        byte[] whole = NumPy([["imgs/0", "sample_0.png", "0", "1", "1.0"]], "<U12");
        Directory.CreateDirectory(Path.GetDirectoryName(MetadataPath)!);

        for (int length = 6; length < whole.Length; length += 7)
        {
            File.WriteAllBytes(MetadataPath, whole[..length]);
            Assert.Throws<LengthwiseException>(() => PathfinderMetadata.Read(MetadataPath));
        }
        File.WriteAllBytes(MetadataPath, NumPy([["imgs/0", "sample_0.png", "0", "1", "1.0"]], "|O12"));
        Assert.Throws<LengthwiseException>(() => PathfinderMetadata.Read(MetadataPath));
    }

    private void CopyMetadata(string set)
    {
        Directory.CreateDirectory(Path.Combine(set, "metadata"));
        File.Copy(MetadataPath, Path.Combine(set, "metadata", "0.npy"));
    }

    private static byte[] NumPy(string[][] rows, string type)
    {
        string header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({rows.Length}, {rows[0].Length}), }}";
        header = header.PadRight(117) + "\n";
        Encoding encoding = type.Contains('U', StringComparison.Ordinal) ? new UTF32Encoding(type[0] == '>', false) : Encoding.Latin1;
        var bytes = new List<byte>([0x93, .. "NUMPY"u8, 1, 0, 0, 0]);
        BinaryPrimitives.WriteUInt16LittleEndian(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes)[8..], (ushort)header.Length);
        bytes.AddRange(Encoding.Latin1.GetBytes(header));
        foreach (string field in rows.SelectMany(r => r)) bytes.AddRange(encoding.GetBytes(field.PadRight(12, '\0')));
        return [.. bytes];
    }
}
