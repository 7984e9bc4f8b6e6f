using System.Text;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Records;
using Lengthwise.Modeling.Records.Readers;

namespace Lengthwise.Modeling.Tests.Records.Readers;

public sealed class FolderTests : IDisposable
{
    private readonly UserFiles _files = new();

    private string Root => Path.Combine(_files.Directory.FullName, "set");

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Folders_are_splits_and_labels()
    {
        _files.Write("set/train/pos/1.txt", "good");
        _files.Write("set/train/neg/1.txt", "bad");
        _files.Write("set/train/unsup/1.txt", "who knows");
        _files.Write("set/test/pos/2.txt", "fine");
        _files.Write("set/README", "notes");
        _files.Write("set/.hidden/3.txt", "not this");

        IReadOnlyList<SequenceRecord> records = _files.Read(new ReadSettings { Path = Root });

        Assert.Equal(["test/pos/2.txt", "train/neg/1.txt", "train/pos/1.txt", "train/unsup/1.txt"], records.Select(r => r.Id));
        Assert.Equal(["pos", "neg", "pos", null], records.Select(r => r.Label));
        Assert.Equal([SplitName.Test, SplitName.Train, SplitName.Train, SplitName.Train], records.Select(r => r.Split!.Value));
        Assert.Equal("fine", records[0].Text());
    }

    [Fact]
    public void A_pattern_over_file_names_gives_label_and_group()
    {
        _files.Write("set/3_jackson_0.wav", WavBytes.Of16(8000, 1, 2, 3));
        _files.Write("set/7_theo_1.wav", WavBytes.Of16(8000, 1, 2));

        IReadOnlyList<SequenceRecord> records = _files.Read(new ReadSettings { Path = Root, LabelPattern = @"(?<label>\d)_(?<group>\w+)_\d+\.wav$" });

        Assert.Equal([("3", "jackson"), ("7", "theo")], records.Select(r => (r.Label, r.Group)));
        Assert.Equal([3, 2], records.Select(r => r.Reals().Length));
    }

    [Fact]
    public void A_table_gives_labels_groups_splits_and_targets()
    {
        _files.Write("set/a/x.wav", WavBytes.Of16(8000, 1, 2, 3));
        _files.Write("set/a/y.wav", WavBytes.Of16(8000, 1, 2));
        _files.Write("set/labels.csv", "file,label,speaker,split\na/x.wav,yes,s1,train\n./a/y.wav,no,s2,test\n");

        IReadOnlyList<SequenceRecord> records = _files.Read(new ReadSettings { Path = Root, LabelTable = "labels.csv" });

        Assert.Equal([("yes", "s1", SplitName.Train), ("no", "s2", SplitName.Test)], records.Select(r => (r.Label, r.Group, r.Split!.Value)));
    }

    [Fact]
    public void A_table_that_names_none_of_the_files_is_told()
    {
        _files.Write("set/x.txt", "a");
        _files.Write("set/labels.csv", "file,label\nother.txt,1\n");

        Assert.Contains("names none of the files", _files.Error(new ReadSettings { Path = Root, LabelTable = "labels.csv" }), StringComparison.Ordinal);
    }

    [Fact]
    public void Folders_that_are_too_deep_to_be_labels_are_told()
    {
        _files.Write("set/s1/yes/1.txt", "a");
        _files.Write("set/s2/yes/1.txt", "a");

        Assert.Contains("label_pattern", _files.Error(new ReadSettings { Path = Root }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_out_of_the_folder_is_refused()
    {
        string secret = _files.Write("secret.txt", "secret");
        _files.Write("set/a/1.txt", "a");
        File.CreateSymbolicLink(Path.Combine(Root, "a", "2.txt"), secret);

        Assert.Contains("link out of the folder", _files.Error(new ReadSettings { Path = Root }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_mixture_of_kinds_has_to_be_decided()
    {
        _files.Write("set/a/1.txt", "a");
        _files.Write("set/a/1.wav", WavBytes.Of16(8000, 1));

        Assert.Contains("set 'format'", _files.Error(new ReadSettings { Path = Root }), StringComparison.Ordinal);
        Assert.Equal("a", Assert.Single(_files.Read(new ReadSettings { Path = Root, Format = FileFormat.Text })).Text());
    }

    [Fact]
    public void Tables_beside_a_few_other_files_have_to_be_decided()
    {
        _files.Write("set/a/1.txt", "notes");
        _files.Write("set/a/1.csv", "label,v0,v1,v2\na,1,2,3\n");
        _files.Write("set/a/2.csv", "label,v0,v1,v2\na,1,2,3\n");

        Assert.Contains("2 tables", _files.Error(new ReadSettings { Path = Root }), StringComparison.Ordinal);
    }

    [Fact]
    public void Rates_differ_only_where_they_are_resampled()
    {
        _files.Write("set/a/1.wav", WavBytes.Of16(8000, new short[80]));
        _files.Write("set/b/2.wav", WavBytes.Of16(16000, new short[160]));

        Assert.Contains("sample_rate", _files.Error(new ReadSettings { Path = Root }), StringComparison.Ordinal);
        Assert.Equal([80, 80], _files.Read(new ReadSettings { Path = Root, SampleRate = 8000 }).Select(r => r.Reals().Length));
    }

    [Fact]
    public void Damaged_files_are_skipped_counted_and_listed_where_that_is_allowed()
    {
        _files.Write("set/a/1.wav", WavBytes.Of16(8000, 1, 2));
        _files.Write("set/a/2.wav", []);
        _files.Write("set/a/3.wav", WavBytes.Of16(8000, 1, 2)[..45]);

        Assert.Single(_files.Read(new ReadSettings { Path = Root, OnBadRow = BadRowRule.Skip }));

        Assert.Equal(2, _files.Problems.Count);
        Assert.Contains("a/3.wav: the file is cut off", _files.Problems.First[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Images_are_pixels_in_rows()
    {
        _files.Write("set/a/1.png", ImageFile.EncodePng(new PixelImage(2, 2, ImageColour.Grey, [0, 51, 102, 255])));
        _files.Write("set/b/2.png", ImageFile.EncodePng(new PixelImage(2, 2, ImageColour.Grey, [1, 2, 3, 4])));

        SequenceRecord real = _files.Read(new ReadSettings { Path = Root })[0];
        SequenceRecord levels = _files.Read(new ReadSettings { Path = Root, Content = ContentKind.Symbols })[1];

        Assert.Equal([0f, 0.2f, 0.4f, 1f], real.Reals());
        Assert.Equal([1, 2, 3, 4], ((SequenceContent.Levels)levels.Content).Values.ToArray());
    }

    [Fact]
    public void Images_of_other_sizes_are_told_or_scaled()
    {
        _files.Write("set/a/1.png", ImageFile.EncodePng(new PixelImage(2, 2, ImageColour.Grey, [10, 20, 30, 40])));
        _files.Write("set/a/2.png", ImageFile.EncodePng(new PixelImage(1, 4, ImageColour.Grey, [10, 20, 30, 40])));

        Assert.Contains("resize", _files.Error(new ReadSettings { Path = Root }), StringComparison.Ordinal);
        Assert.All(_files.Read(new ReadSettings { Path = Root, Resize = 3, Colour = ImageColour.Rgb }), r => Assert.Equal((27, 3), (r.Reals().Length, r.Channels())));
    }

    [Fact]
    public void A_single_file_is_read_by_itself()
    {
        string path = _files.Write("one.wav", WavBytes.Of16(8000, 16384));

        Assert.Equal([0.5f], Assert.Single(_files.Read(new ReadSettings { Path = path })).Reals());
    }

    [Fact]
    public void A_table_of_numbers_that_is_called_txt_has_to_be_decided()
    {
        const string Table = "1,0.5,0.25,1\n2,1,1,1\n1,2,2,2\n";

        Assert.Contains("set 'format'", _files.Error("Gun.txt", Table), StringComparison.Ordinal);
        Assert.Equal(3, _files.Read("Gun.txt", Table, new ReadSettings { Format = FileFormat.Csv }).Count);
        Assert.Equal(Table, Assert.Single(_files.Read("Gun.txt", Table, new ReadSettings { Format = FileFormat.Text })).Text());
    }

    [Fact]
    public void A_folder_of_tables_of_one_kind_is_its_tables()
    {
        _files.Write("set/train.csv", "label,v0,v1,v2\na,1,2,3\n");
        _files.Write("set/val.csv", "label,v0,v1,v2\nb,1,2,3\n");

        Assert.Equal([SplitName.Train, SplitName.Validation], _files.Read(new ReadSettings { Path = Root }).Select(r => r.Split!.Value));
    }

    [Fact]
    public void Characters_have_to_be_UTF8_and_bytes_have_not()
    {
        _files.Write("set/a/1.txt", Encoding.Latin1.GetBytes("é"));

        Assert.Contains("not UTF-8", _files.Error(new ReadSettings { Path = Root, Content = ContentKind.Characters }), StringComparison.Ordinal);
        Assert.Single(_files.Read(new ReadSettings { Path = Root }));
    }
}
