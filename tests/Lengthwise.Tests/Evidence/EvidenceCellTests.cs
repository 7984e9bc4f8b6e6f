using Lengthwise.Evidence;
using Lengthwise.Experiments;
using Lengthwise.Statistics;
using Lengthwise.Tests.Reports;

namespace Lengthwise.Tests.Evidence;

public sealed class EvidenceCellTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lengthwise-evidence");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_cell_keeps_what_its_run_said_about_every_item()
    {
        RunFolder run = FinishedRun([0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 1]);
        TestItems expected = TestItems.Of(run, "accuracy")!;
        var evidence = new EvidenceFolder(new DirectoryInfo(Path.Combine(_folder.FullName, "raw")));

        evidence.Add(EvidenceCell.Of(run, "recipe"));
        EvidenceCell cell = evidence.Find(run.Name, "recipe")!;

        Assert.Equal(11, cell.Count);
        Assert.Equal(expected.Right, cell.Items!.Right);
        Assert.Equal(expected.Influence, cell.Items.Influence);
        Assert.Equal(0.5, cell.Record.Test);
    }

    [Fact]
    public void A_cell_of_another_recipe_is_not_taken()
    {
        RunFolder run = FinishedRun([0, 1]);
        var evidence = new EvidenceFolder(_folder);
        evidence.Add(EvidenceCell.Of(run, "recipe"));

        Assert.Null(evidence.Find(run.Name, "another recipe"));
        Assert.Null(evidence.Find("another-run", "recipe"));
    }

    [Fact]
    public void A_setting_that_is_absent_makes_no_other_recipe()
    {
        Assert.Equal(EvidenceCell.HashOf("[run]\nseed = 1\n"), EvidenceCell.HashOf("[run]\nseed = 1\nweights = \"none\"\n"));
        Assert.NotEqual(EvidenceCell.HashOf("[run]\nseed = 1\n"), EvidenceCell.HashOf("[run]\nseed = 1\nweights = \"a\"\n"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("""{"record": null, "recipe_hash": ""}""")]
    [InlineData("""{"recipe_hash": "a", "count": 5}""")]
    public void A_damaged_file_is_an_error_that_names_it(string text)
    {
        string path = Path.Combine(_folder.FullName, "cell.json");
        File.WriteAllText(path, text);

        LengthwiseException refused = Assert.Throws<LengthwiseException>(() => EvidenceCell.Read(path));

        Assert.Contains(path, refused.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Data, refused.Code);
    }

    [Fact]
    public void Bits_that_do_not_fit_their_count_are_an_error()
    {
        RunFolder run = FinishedRun([0, 1]);
        string path = Path.Combine(_folder.FullName, "cell.json");
        (EvidenceCell.Of(run, "recipe") with { Count = 100 }).Write(path);

        Assert.Throws<LengthwiseException>(() => EvidenceCell.Read(path));
    }

    private RunFolder FinishedRun(int[] predicted)
    {
        var run = new RunFolder(_folder.CreateSubdirectory("sorting-s4d-masked-seed1"));
        RunRecordFile.Write(run.ResultPath, SampleComparison.Cell("sorting", "s4d", "masked", 1, 0.5));
        int n = predicted.Length;
        PredictionsFile.Write(run.PredictionsPath, new ClassPredictions(
            [.. Enumerable.Range(0, n)], [.. Enumerable.Range(0, n).Select(i => i % 2)], ["a", "b"],
            [.. predicted.SelectMany(p => p == 0 ? new[] { 0.9f, 0.1f } : [0.1f, 0.9f])]));
        return run;
    }
}
