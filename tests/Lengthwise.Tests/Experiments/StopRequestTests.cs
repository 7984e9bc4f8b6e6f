using System.Globalization;
using Lengthwise.Experiments;

namespace Lengthwise.Tests.Experiments;

public sealed class StopRequestTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lengthwise-stop-");

    private string LockPath => Path.Combine(_folder.FullName, "compare.lock");

    private FolderLock Take() => FolderLock.Take(LockPath, "the comparison", TimeSpan.Zero, TestContext.Current.CancellationToken);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_holder_of_the_lock_hears_a_request()
    {
        using FolderLock held = Take();
        var heard = new TaskCompletionSource();
        using IDisposable listener = StopRequest.Listen(LockPath, heard.SetResult);

        StopRequest.Make(LockPath);

        await heard.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task What_is_stopped_may_end_the_listening_at_once()
    {
        using FolderLock held = Take();
        var ended = new TaskCompletionSource();
        IDisposable? listener = null;
        listener = StopRequest.Listen(LockPath, () =>
        {
            listener!.Dispose();
            ended.SetResult();
        });

        StopRequest.Make(LockPath);

        await ended.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_request_that_was_not_heard_does_not_reach_the_next_holder()
    {
        Take().Dispose();
        StopRequest.Make(LockPath);

        using FolderLock next = Take();

        Assert.False(StopRequest.IsMade(LockPath));
    }

    [Fact]
    public void A_request_ends_with_the_holder_that_heard_it()
    {
        FolderLock held = Take();
        StopRequest.Make(LockPath);

        held.Dispose();

        Assert.False(StopRequest.IsMade(LockPath));
    }

    [Fact]
    public void The_holder_is_known_while_it_holds_and_looking_does_not_take_the_lock()
    {
        FolderLock held = Take();

        string? during = FolderLock.HolderOf(LockPath);
        held.Dispose();
        string? after = FolderLock.HolderOf(LockPath);
        using FolderLock again = Take();

        Assert.Equal(Environment.ProcessId.ToString(CultureInfo.InvariantCulture), during);
        Assert.Null(after);
        Assert.NotNull(again);
    }

    [Fact]
    public void A_lock_that_was_never_taken_has_no_holder() => Assert.Null(FolderLock.HolderOf(LockPath));
}
