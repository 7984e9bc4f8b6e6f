using System.Globalization;
using Lengthwise.Experiments;

namespace Lengthwise.Tests.Experiments;

public sealed class FolderLockTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lengthwise-lock-");

    private string LockPath => Path.Combine(_folder.FullName, "compare.lock");

    private FolderLock Take(TimeSpan patience) => FolderLock.Take(LockPath, "the comparison", patience, TestContext.Current.CancellationToken);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_second_holder_is_refused_and_told_who_holds_it()
    {
        using FolderLock first = Take(TimeSpan.Zero);

        var refusal = Assert.Throws<LengthwiseException>(() => Take(TimeSpan.Zero));

        Assert.Contains(Environment.ProcessId.ToString(CultureInfo.InvariantCulture), refusal.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Failed, refusal.Code);
    }

    [Fact]
    public void A_released_lock_can_be_taken_again()
    {
        Take(TimeSpan.Zero).Dispose();

        using FolderLock second = Take(TimeSpan.Zero);

        Assert.NotNull(second);
    }

    [Fact]
    public async Task A_patient_process_gets_the_lock_once_it_is_free()
    {
        FolderLock first = Take(TimeSpan.Zero);
        Task<FolderLock> waiting = Task.Run(() => Take(TimeSpan.FromSeconds(30)), TestContext.Current.CancellationToken);

        first.Dispose();
        using FolderLock second = await waiting;

        Assert.NotNull(second);
    }

    [Fact]
    public void Waiting_can_be_cancelled()
    {
        using FolderLock first = Take(TimeSpan.Zero);
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));

        Assert.Throws<OperationCanceledException>(() => FolderLock.Take(LockPath, "the comparison", TimeSpan.FromMinutes(1), cancellation.Token));
    }
}
