using System.Globalization;
using System.Xml.Linq;
using Lengthwise.Diagnoses;
using Lengthwise.Experiments;
using Lengthwise.Reports.Locality;

namespace Lengthwise.Tests.Diagnoses;

public sealed class LocalityDocumentTests
{
    private static readonly LocalityArm[] Arms =
    [
        new("whole", LocalityKind.Whole, null, 64), new("window-4", LocalityKind.Window, 4, 7), new("window-1", LocalityKind.Window, 1, 1),
        new("window-16", LocalityKind.Window, 16, 31), new("cnn", LocalityKind.Convolution, null, 9), new("bag", LocalityKind.Bag, null, 1),
    ];

    [Fact]
    public void The_smallest_window_within_a_point_of_whole_attention_is_named()
    {
        LocalityDocument document = Document(("window-1", 0.40), ("window-4", 0.895), ("window-16", 0.90), ("whole", 0.90), ("bag", 0.26), ("cnn", 0.91));

        Assert.Equal(4, document.Sufficient);
        Assert.Equal(["bag", "cnn", "window-1", "window-4", "window-16", "whole"], document.Points.Select(p => p.Arm.Name));
        Assert.Equal(
            "Example: a window of 4 steps in each layer, 7 steps of 64 in all, scores 89.5 % where whole attention scores 90.0 %; "
                + "a bag without order 26.0 %, a small CNN over 9 steps 91.0 %, guessing 25.0 %.",
            Sentence(document));
    }

    [Fact]
    public void Differences_to_whole_attention_are_paired_by_seed()
    {
        // Seeds are 0.02 apart in every arm.
        LocalityDocument document = Document(("window-4", 0.80), ("whole", 0.90));

        LocalityPoint window = document.Points[0];
        Assert.Equal((-0.1, -0.1), (Math.Round(window.ToWhole!.Low!.Value, 9), Math.Round(window.ToWhole.High!.Value, 9)));
        Assert.True(window.Test.High - window.Test.Low > 0.1);
        Assert.Null(document.Sufficient);
        Assert.Null(document.Points[1].ToWhole);
    }

    [Fact]
    public void A_window_that_beats_whole_attention_is_said()
    {
        LocalityDocument document = Document(("window-1", 0.89), ("window-4", 0.97), ("whole", 0.80));

        Assert.Equal(1, document.Sufficient);
        Assert.Contains(", and one of 4 steps scores 97.0 %", Sentence(document), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_whole_attention_guesses_windows_say_nothing()
    {
        LocalityDocument document = Document(("window-1", 0.26), ("whole", 0.26));

        Assert.False(document.HasLearned);
        Assert.Null(document.Sufficient);
        Assert.Contains("hardly better than guessing", Sentence(document), StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_count_the_other_way_round_and_relatively()
    {
        RunRecord[] runs = [.. Runs(("window-1", 2.0), ("window-4", 1.01), ("whole", 1.0)).Select(r => r with { Metric = "rmse", HigherIsBetter = false, Chance = 3 })];

        LocalityDocument document = LocalityDocument.Of(Arms, runs, 64, 2, "much");

        Assert.Equal((4, true), (document.Sufficient!.Value, document.HasLearned));
        Assert.Equal(0.02 * 1.0, document.Tolerance, 1e-9);
    }

    [Fact]
    public void Without_any_score_there_is_no_document()
    {
        RunRecord[] runs = [.. Runs(("whole", 0.9)).Select(r => r with { Test = null })];

        Assert.Equal(ExitCode.Failed, Assert.Throws<LengthwiseException>(() => LocalityDocument.Of(Arms, runs, 64, 2, "much")).Code);
    }

    [Fact]
    public void A_document_reads_as_it_was_written_and_draws_itself_in_every_culture()
    {
        LocalityDocument document = Document(("window-1", 0.40), ("window-4", 0.895), ("whole", 0.90), ("bag", 0.26), ("cnn", 0.91));
        DirectoryInfo folder = Directory.CreateTempSubdirectory("lengthwise-locality-");
        CultureInfo before = CultureInfo.CurrentCulture;
        string invariant = LocalityChart.Standalone(document) + LocalityReport.Markdown(document) + LocalityReport.Text(document);
        CultureInfo.CurrentCulture = new CultureInfo("de-DE");

        string german = LocalityChart.Standalone(document) + LocalityReport.Markdown(document) + LocalityReport.Text(document);
        LocalityReport.Write(document, folder);
        LocalityDocument read = LocalityDocument.Read(Path.Combine(folder.FullName, LocalityDocument.FileName))!;

        CultureInfo.CurrentCulture = before;
        Assert.Equal(document.ToJson(), read.ToJson());
        Assert.Equal(invariant, german);
        XElement figure = XElement.Load(Path.Combine(folder.FullName, "locality.svg"));
        Assert.Contains("Window 4: 89.5 %", figure.Value, StringComparison.Ordinal);
        Assert.Contains("| window 4 | 7 | 1,000 | 89.5 |", File.ReadAllText(Path.Combine(folder.FullName, "locality.md")), StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    private static string Sentence(LocalityDocument document) => LocalityReport.Text(document).Split('\n').First(l => l.StartsWith("Example:", StringComparison.Ordinal));

    internal static LocalityDocument Document(params (string Arm, double Score)[] scores) => LocalityDocument.Of(Arms, [.. Runs(scores)], 64, 2, "40 epochs on labels");

    private static IEnumerable<RunRecord> Runs(params (string Arm, double Score)[] scores) =>
        from score in scores
        from seed in new[] { 1L, 2L }
        select new RunRecord
        {
            Task = "example",
            TaskVersion = 1,
            Model = score.Arm,
            Objective = "scratch",
            Seed = seed,
            Parameters = 1000,
            Metric = "accuracy",
            Chance = 0.25,
            TestItems = 500,
            Test = score.Score + (seed == 1 ? 0.01 : -0.01),
        };
}
