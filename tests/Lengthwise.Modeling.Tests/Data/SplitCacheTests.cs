using Lengthwise.Modeling.Tasks;

namespace Lengthwise.Modeling.Tests.Data;

public sealed class SplitCacheTests : IDisposable
{
    private static readonly ListOpsSettings Short = new() { TrainSize = 40, ValidationSize = 10, TestSize = 10, MinLength = 8, MaxLength = 40 };
    private readonly TemporaryFolder _cache = new();

    public void Dispose() => _cache.Dispose();

    [Fact]
    public void Prepared_data_is_opened_the_second_time()
    {
        string first = Hash(Short);
        DateTime written = Directory.GetLastWriteTimeUtc(Folder().FullName);

        string second = Hash(Short);

        Assert.Equal(first, second);
        Assert.Equal(written, Directory.GetLastWriteTimeUtc(Folder().FullName));
        Assert.Equal(["test.split", "train.split", "validation.split"], Folder().EnumerateFiles().Select(f => f.Name).Order());
    }

    [Fact]
    public void Other_settings_have_another_folder()
    {
        Hash(Short);
        Hash(Short with { OperatorProbability = 0.3 });

        Assert.Equal(2, _cache.Directory.GetDirectories("listops-v1-*").Length);
    }

    [Fact]
    public void A_damaged_file_is_named_and_made_again()
    {
        string first = Hash(Short);
        string path = Path.Combine(Folder().FullName, "validation.split");
        byte[] bytes = File.ReadAllBytes(path);
        bytes[^3] ^= 1;
        File.WriteAllBytes(path, bytes);

        using PreparedTask task = new ListOps(Short).Prepare(_cache.Directory, null, CancellationToken.None);

        Assert.Equal(first, task.Hash);
        Assert.Contains(path, Assert.Single(task.Notes));
    }

    [Fact]
    public async Task Preparing_the_same_data_at_once_ends_well_for_all()
    {
        string[] hashes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Hash(Short))));

        Assert.Single(hashes.Distinct());
        Assert.Equal(3, Folder().GetFileSystemInfos().Length);
    }

    [Fact]
    public void A_cancelled_preparation_leaves_no_files()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => new ListOps(Short).Prepare(_cache.Directory, null, cancelled.Token));

        Assert.Empty(Folder().EnumerateFiles());
    }

    [Fact]
    public void What_a_killed_process_left_is_removed_and_what_a_living_one_writes_is_not()
    {
        Hash(Short);
        string machine = Environment.MachineName.Replace('.', '-');
        string train = Path.Combine(Folder().FullName, "train.split");
        File.WriteAllText($"{train}.{machine}.2147483646.1.partial", "");
        File.WriteAllText($"{train}.{machine}.{Environment.ProcessId}.999.partial", "");
        File.WriteAllText($"{train}.elsewhere-{machine}.2147483646.1.partial", "");
        File.Delete(train);

        Hash(Short);

        Assert.Equal(
            [$"train.split.elsewhere-{machine}.2147483646.1.partial", $"train.split.{machine}.{Environment.ProcessId}.999.partial"],
            Folder().EnumerateFiles("*.partial").Select(f => f.Name).OrderByDescending(n => n.Contains("elsewhere", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_named()
    {
        string file = _cache["occupied"];
        File.WriteAllText(file, "");

        var error = Assert.Throws<LengthwiseException>(() => new ListOps(Short).Prepare(new DirectoryInfo(file), null, CancellationToken.None));

        Assert.Contains(file, error.Message);
        Assert.NotEmpty(error.Hint);
    }

    private DirectoryInfo Folder() => Assert.Single(_cache.Directory.GetDirectories("listops-v1-*"));

    private string Hash(ListOpsSettings settings)
    {
        using PreparedTask task = new ListOps(settings).Prepare(_cache.Directory, null, CancellationToken.None);
        return task.Hash;
    }
}
