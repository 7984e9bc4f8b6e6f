using System.Text.Json;

namespace Lengthwise.Cli.Tests.Doctor;

public sealed class DoctorCommandTests
{
    [Fact]
    public void Everything_that_matters_is_in_the_report()
    {
        Outcome outcome = Outcome.Of("doctor", "--json");

        using JsonDocument report = JsonDocument.Parse(outcome.Out);
        string[] names = [.. report.RootElement.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("name").GetString()!)];
        string[] expected = ["lengthwise", "system", "processor", "vector width", "kernel route", "cores", "memory", "libtorch", "kernel choice", "prepared data", "runs", "temporary files"];
        Assert.Superset(expected.ToHashSet(), names.ToHashSet());
    }

    [Fact]
    public void Every_startup_switch_is_named()
    {
        Outcome outcome = Outcome.Of("doctor");

        Assert.Contains("switch OMP_WAIT_POLICY", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("switch mallopt", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Libtorch_computes_a_product()
    {
        Outcome outcome = Outcome.Of("doctor");

        Assert.Matches(@"libtorch +2\.", outcome.Out);
        Assert.DoesNotContain("problem: libtorch", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_a_problem_with_a_way_out()
    {
        string file = Path.GetTempFileName();

        Outcome outcome = Outcome.Of("doctor", "--cache", Path.Combine(file, "cache"));

        File.Delete(file);
        Assert.Equal(ExitCode.Failed, outcome.Code);
        Assert.Contains("problem: prepared data: cannot be written", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("choose another folder with --cache", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void The_doctor_leaves_nothing_behind()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("lengthwise-doctor-");

        Outcome.Of("doctor", "--cache", Path.Combine(folder.FullName, "a", "b"), "--out", folder.FullName);

        Assert.Empty(folder.EnumerateFileSystemInfos());
        folder.Delete();
    }
}
