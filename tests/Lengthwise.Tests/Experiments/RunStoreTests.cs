using System.Diagnostics;
using System.Globalization;
using Lengthwise.Experiments;

namespace Lengthwise.Tests.Experiments;

public sealed class RunStoreTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("lengthwise-store-");

    private string IndexPath => Path.Combine(_root.FullName, ".lengthwise-index.sqlite");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void Finished_unfinished_and_damaged_runs_are_listed_at_any_depth()
    {
        Add("a", test: 0.9);
        Add("comparison/cells/b", test: null);
        File.WriteAllText(Path.Combine(Add("c", test: 0.1), "result.json"), "{ broken");

        IReadOnlyList<RunEntry> runs = List(out string? note);

        Assert.Equal([("a", RunStatus.Finished), ("c", RunStatus.Damaged), ("comparison/cells/b", RunStatus.Unfinished)], runs.Select(r => (r.Path, r.Status)));
        Assert.Equal(0.9, runs[0].Test);
        Assert.Null(note);
    }

    [Fact]
    public void The_list_follows_the_folders()
    {
        string a = Add("a", test: 0.5);
        string b = Add("b", test: null);
        List(out _);

        Directory.Delete(a, recursive: true);
        Finish(b, 0.7);
        IReadOnlyList<RunEntry> runs = List(out _);

        Assert.Equal([("b", 0.7)], runs.Select(r => (r.Path, r.Test!.Value)));
    }

    [Fact]
    public void A_deleted_index_is_made_again()
    {
        Add("a", test: 0.5);
        IReadOnlyList<RunEntry> before = List(out _);

        File.Delete(IndexPath);

        Assert.Equal(before, List(out string? note));
        Assert.Null(note);
    }

    [Fact]
    public void A_damaged_index_is_made_again_with_a_note()
    {
        Add("a", test: 0.5);
        IReadOnlyList<RunEntry> before = List(out _);
        byte[] bytes = File.ReadAllBytes(IndexPath);
        Array.Fill(bytes, (byte)0x5A, 0, bytes.Length / 2);
        File.WriteAllBytes(IndexPath, bytes);

        IReadOnlyList<RunEntry> after = List(out string? note);

        Assert.Equal(before, after);
        Assert.Contains("damaged", note, StringComparison.Ordinal);
        Assert.Equal(before, List(out note));
        Assert.Null(note);
    }

    [Fact]
    public void Where_no_index_can_be_kept_the_folders_are_read()
    {
        Add("a", test: 0.5);
        Directory.CreateDirectory(IndexPath);

        IReadOnlyList<RunEntry> runs = List(out string? note);

        Assert.Single(runs);
        Assert.Contains("no index could be kept", note, StringComparison.Ordinal);
    }

    [Fact]
    public void Five_hundred_runs_are_listed_at_once()
    {
        for (int i = 0; i < 500; i++) Add(string.Create(CultureInfo.InvariantCulture, $"run{i:000}"), test: i / 500.0);
        List(out _);

        var watch = Stopwatch.StartNew();
        IReadOnlyList<RunEntry> runs = List(out _);

        Assert.Equal(500, runs.Count);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 5);
    }

    private IReadOnlyList<RunEntry> List(out string? note)
    {
        using RunStore store = RunStore.Open(_root);
        note = store.Note;
        return store.List();
    }

    private string Add(string path, double? test)
    {
        string folder = _root.CreateSubdirectory(path).FullName;
        File.WriteAllText(Path.Combine(folder, "recipe.toml"), "");
        if (test is { } score) Finish(folder, score);
        return folder;
    }

    private static void Finish(string folder, double test) =>
        RunRecordFile.Write(Path.Combine(folder, "result.json"), PlanExample.Record(1e-3, test) with { Test = test });
}
