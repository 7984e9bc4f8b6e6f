using System.IO.Compression;
using System.Text;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Modeling.Tests.Data;

namespace Lengthwise.Modeling.Tests.Tasks;

public sealed class ListOpsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("listops_original_200.tsv.gz", 200, ListOpsLayout.Original)]
    [InlineData("listops_original_long_20.tsv.gz", 20, ListOpsLayout.Lra)]
    [InlineData("listops_lra_80.tsv.gz", 80, ListOpsLayout.Lra)]
    public void Every_label_of_the_published_rows_is_reproduced(string sample, int rows, ListOpsLayout layout)
    {
        ListOpsCheck check = ListOpsFile.Check(Sample.Path(sample), verifyLabels: true, TestContext.Current.CancellationToken);

        Assert.Equal((rows, layout, 0, 0), (check.Rows, check.Layout, check.MismatchCount, check.ProblemCount));
        Assert.True(check.IsGood);
    }

    [Fact]
    public void Our_text_of_a_published_expression_is_the_published_text()
    {
        using var gzip = new GZipStream(File.OpenRead(Sample.Path("listops_lra_80.tsv.gz")), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip);
        string published = reader.ReadToEnd();

        var ours = new StringBuilder("Source\tTarget\r\n");
        foreach (ListOpsRow row in ListOpsFile.Read(Sample.Path("listops_lra_80.tsv.gz"))) ours.Append($"{row.Expression.ToText()}\t{row.Label}\r\n");

        Assert.Equal(published, ours.ToString());
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        var settings = new ListOpsSettings { TrainSize = 50, ValidationSize = 7, TestSize = 6, MinLength = 8, MaxLength = 40 };
        using PreparedTask task = new ListOps(settings).Prepare(_folder.Directory, null, CancellationToken.None);

        IReadOnlyList<FileInfo> files = ListOpsFile.Write(_folder.Directory.CreateSubdirectory("out"), task, null, TestContext.Current.CancellationToken);

        Assert.Equal(["basic_train.tsv", "basic_val.tsv", "basic_test.tsv"], files.Select(f => f.Name));
        Assert.StartsWith("Source\tTarget\r\n( ", File.ReadAllText(files[0].FullName));
        Assert.EndsWith("\r\n", File.ReadAllText(files[0].FullName));
        Assert.Equal([50, 7, 6], files.Select(f => ListOpsFile.Check(f.FullName, verifyLabels: true, TestContext.Current.CancellationToken)).Select(c => c.IsGood ? c.Rows : -1));
        Assert.Equal(
            Enumerable.Range(0, 50).Select(row => (ListOps.Expression(task.Train, row).ToString(), task.Train.Label(row))),
            ListOpsFile.Read(files[0].FullName).Select(row => (row.Expression.ToString(), row.Label)));
    }

    [Fact]
    public void A_check_counts_and_lists_what_is_wrong()
    {
        string path = Write("Source\tTarget\n[MAX 4 3 ]\t4\n[MIN 4 3 ]\t4\n[MAX 4 3 ]\t4\n[MIN 4\t4\n[SM 1 [MED 2 2 2 ] ]\t3\n7\t7\n");

        ListOpsCheck check = ListOpsFile.Check(path, verifyLabels: true, TestContext.Current.CancellationToken);

        Assert.Equal(new ListOpsMismatch(3, 4, 3), Assert.Single(check.Mismatches));
        Assert.Equal($"{path}(5,7): the expression ends with 1 operator(s) that have no ']'", Assert.Single(check.Problems));
        Assert.Equal((5, 1, 1, 1, 3), (check.Rows, check.Duplicates, check.MismatchCount, check.ProblemCount, check.MaxDepth));
        Assert.Equal(new LengthSummary(1, 1, 4, 4.2, 8, 8), check.Lengths);
        Assert.Equal([0, 0, 0, 1, 3, 0, 0, 1, 0, 0], check.Labels);
        Assert.Equal(0.6, check.MajorityShare);
        Assert.Equal([("[MAX", 2L), ("[MED", 1L), ("[MIN", 1L), ("[SM", 1L)], check.Operators.Select(o => (o.Key, o.Value)));
        Assert.Equal([("[MAX", 2), ("[MED", 0), ("[MIN", 1), ("[SM", 1)], check.RootOperators.Select(o => (o.Key, o.Value)));
        Assert.False(check.IsGood);
    }

    [Fact]
    public void Labels_are_only_verified_when_asked_for()
    {
        string path = Write("3\t[MAX 4 3 ]\n");

        ListOpsCheck check = ListOpsFile.Check(path, verifyLabels: false, TestContext.Current.CancellationToken);

        Assert.True(check.IsGood);
        Assert.False(check.LabelsVerified);
    }

    [Theory]
    [InlineData("Source\tTarget\r\n[MAX 4 3 ]\t4\r\n[MAX 4 a ]\t4\r\n", 3, 8, "'a' is no ListOps symbol")]
    [InlineData("Source\tTarget\n[MAX 4 3 ]\t10\n", 2, 12, "found label '10'")]
    [InlineData("Source\tTarget\n[MAX 4 3 ]\t\n", 2, 12, "found label ''")]
    [InlineData("Source\tTarget\n[MAX 4 3 ]\t4\t5\n", 2, 12, "found label '4\t5'")]
    [InlineData("Source\tTarget\n[MAX 4 3 ] 4\n", 2, 13, "found one field, expected two")]
    [InlineData("Source\tTarget\n\n", 2, 1, "found one field, expected two")]
    [InlineData("4\t[MAX 4 3 ]\n4\t[MAX 4 3\n", 2, 11, "1 operator(s) that have no ']'")]
    [InlineData("[MAX 4 3 ]\t4\n", 1, 1, "expected the header 'Source<TAB>Target'")]
    [InlineData("", 1, 1, "found an empty file")]
    public void A_malformed_row_is_an_error_with_line_and_column(string content, int line, int column, string message)
    {
        string path = Write(content);

        var error = Assert.Throws<LengthwiseException>(() => ListOpsFile.Read(path).Count());

        Assert.Equal(ExitCode.Data, error.Code);
        Assert.StartsWith($"{path}({line},{column}): ", error.Message);
        Assert.Contains(message, error.Message);
        Assert.NotEmpty(error.Hint);
    }

    [Fact]
    public void A_line_over_the_limit_is_an_error_and_one_at_the_limit_is_not()
    {
        string tail = new(' ', ListOpsFile.MaxLineLength - 3);
        string good = Write($"Source\tTarget\r\n7{tail}\t7\r\n"), tooLong = Write($"Source\tTarget\r\n7{tail} \t7\r\n");

        Assert.Single(ListOpsFile.Read(good));
        var error = Assert.Throws<LengthwiseException>(() => ListOpsFile.Read(tooLong).Count());

        Assert.Contains($"{tooLong}(2,{ListOpsFile.MaxLineLength + 1}): the line is longer than {ListOpsFile.MaxLineLength} characters", error.Message);
    }

    [Fact]
    public void A_missing_and_a_damaged_file_are_named()
    {
        byte[] gzip = File.ReadAllBytes(Sample.Path("listops_lra_80.tsv.gz"));
        gzip[gzip.Length / 2] ^= 0x55;
        File.WriteAllBytes(_folder["damaged.gz"], gzip);

        Assert.Contains(_folder["none.tsv"], Assert.Throws<LengthwiseException>(() => ListOpsFile.Read(_folder["none.tsv"]).Count()).Message);
        Assert.Contains(_folder["damaged.gz"], Assert.Throws<LengthwiseException>(() => ListOpsFile.Read(_folder["damaged.gz"]).Count()).Message);
    }

    private string Write(string content)
    {
        string path = _folder[$"{Guid.NewGuid():N}.tsv"];
        File.WriteAllText(path, content);
        return path;
    }
}
