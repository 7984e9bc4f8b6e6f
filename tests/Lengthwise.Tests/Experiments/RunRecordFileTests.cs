using System.Globalization;
using Lengthwise.Experiments;

namespace Lengthwise.Tests.Experiments;

public sealed class RunRecordFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lengthwise-");

    private string ResultPath => Path.Combine(_folder.FullName, "run", "result.json");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_record_survives_writing_and_reading()
    {
        RunRecord record = Example();

        RunRecordFile.Write(ResultPath, record);
        RunRecord read = RunRecordFile.Read(ResultPath);

        Assert.Equivalent(record, read, strict: true);
        Assert.Equal(0.1 + 0.2, read.Test);
        Assert.Null(read.PretrainValidation);
    }

    [Fact]
    public void Keys_are_snake_case_and_numbers_do_not_depend_on_the_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
        try
        {
            RunRecordFile.Write(ResultPath, Example());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        string text = File.ReadAllText(ResultPath);
        Assert.Contains("\"task_version\": 2", text, StringComparison.Ordinal);
        Assert.Contains("\"peak_memory_bytes\": 1234567890", text, StringComparison.Ordinal);
        Assert.Contains("\"lib_torch\": \"2.10.0\"", text, StringComparison.Ordinal);
        Assert.Contains("\"severity\": \"warning\"", text, StringComparison.Ordinal);
        Assert.Contains("\"seconds\": 12.5", text, StringComparison.Ordinal);
        Assert.Contains("'accuracy' 27 %", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_that_is_not_finite_is_written_as_null()
    {
        RunRecordFile.Write(ResultPath, Example() with { Test = double.NaN, Validation = double.PositiveInfinity });

        RunRecord read = RunRecordFile.Read(ResultPath);

        Assert.Null(read.Test);
        Assert.Null(read.Validation);
    }

    [Theory]
    [InlineData("{ \"schema\": 1, \"task\": \"listops\" }", "(1)")]
    [InlineData("{\n  \"schema\": 1,\n  oops\n}", "(3)")]
    [InlineData("null", "'null'")]
    [InlineData("", "found")]
    public void A_broken_record_is_named_with_its_place(string content, string expected)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(ResultPath)!);
        File.WriteAllText(ResultPath, content);

        var failure = Assert.Throws<LengthwiseException>(() => RunRecordFile.Read(ResultPath));

        Assert.Equal(ExitCode.Data, failure.Code);
        Assert.Contains(ResultPath, failure.Message, StringComparison.Ordinal);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.NotEmpty(failure.Hint);
    }

    [Fact]
    public void A_record_of_a_newer_schema_is_refused()
    {
        RunRecordFile.Write(ResultPath, Example() with { Schema = 2 });

        var failure = Assert.Throws<LengthwiseException>(() => RunRecordFile.Read(ResultPath));

        Assert.Contains("schema 2", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_record_says_that_the_run_is_not_finished()
    {
        var failure = Assert.Throws<LengthwiseException>(() => RunRecordFile.Read(ResultPath));

        Assert.Equal(ExitCode.Data, failure.Code);
        Assert.Contains("resume", failure.Hint, StringComparison.Ordinal);
    }

    private static RunRecord Example() => new()
    {
        Task = "markov-sources",
        TaskVersion = 2,
        Model = "transformer",
        Objective = "masked",
        Seed = 3,
        Bidirectional = true,
        Lr = 2e-3,
        Parameters = 70_000,
        Metric = "accuracy",
        Chance = 0.25,
        Validation = 0.981,
        Test = 0.1 + 0.2,
        TestItems = 1000,
        PretrainSteps = 800,
        FinetuneSteps = 400,
        SelectedStep = 380,
        Seconds = 12.5,
        PeakMemoryBytes = 1_234_567_890,
        DataHash = "ab12",
        Threads = 1,
        Machine = new() { Cpu = "A processor", Cores = 2, LibTorch = "2.10.0" },
        Diagnoses = [new("at-chance", DiagnosisSeverity.Warning, "'accuracy' 27 % after 300 steps", "finetune", 300)],
        Transfer = new(["encoder.weight"], ["head.weight"], ["decoder.weight"]),
        Run = "markov-sources-transformer-masked-3",
    };
}
