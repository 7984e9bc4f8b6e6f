using System.Diagnostics;
using System.Globalization;
using Lengthwise.Experiments;
using Microsoft.Playwright;

namespace Lengthwise.Web.Tests.Browser;

/// <summary>A real comparison, watched and steered in a real browser through the real commands.</summary>
public sealed class TrainingWatchedTests(Chromium chromium) : IClassFixture<Chromium>, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lengthwise-watched-");

    private string Out => Path.Combine(_folder.FullName, "small");

    public void Dispose()
    {
        // A trainer that was resumed from the page belongs to no process of this test.
        if (FolderLock.HolderOf(new ComparisonFolder(new DirectoryInfo(Out)).LockPath) is { } id && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out int trainer))
            Process.GetProcessById(trainer).Kill(entireProcessTree: true);
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_killed_trainer_is_noticed_resumed_stopped_and_resumed_to_the_end()
    {
        using CommandProcess watch = CommandProcess.Start("watch", Out, "--no-open");
        await using BrowserPage browser = await chromium.OpenAsync(new Uri(await watch.LineAsync()));
        await browser.SeesAsync("#store", "does not exist yet");

        using CommandProcess trainer = CommandProcess.Start(
            "compare", "--preset", "smoke", "--models", "transformer", "--seeds", "1", "--jobs", "1", "--out", Out, "--cache", Path.Combine(_folder.FullName, "cache"),
            "--set", "budget.pretrain=400", "--set", "budget.finetune=400", "--set", "run.checkpoint_seconds=0.2");
        await browser.SeesAsync("#presence", $"Training, process {trainer.Id}.");
        await browser.SeesAsync("#running", "loss");
        Assert.Equal(2, await browser.Page.Locator("#runs td.run").CountAsync());

        trainer.Kill();
        await browser.SeesAsync("#presence", "Nobody is training here.");
        await browser.SeesAsync("#numbers .counts", "1 paused");

        await browser.Page.ClickAsync("#resume");
        await browser.SeesAsync("#presence", "Training, process ");
        await browser.SeesAsync("#running", "step ");

        await browser.Page.ClickAsync("#stop");
        await browser.SeesAsync("#presence", "Nobody is training here.");
        await browser.SeesAsync("#log", "stopped, with checkpoints");

        await browser.Page.ClickAsync("#resume");
        await browser.SeesAsync("#presence", "Done.", seconds: 90);
        await browser.SeesAsync("#numbers .counts", "2 finished");
        await Assertions.Expect(browser.Page.Locator("#runs td.finished a")).ToHaveCountAsync(2);
        await Assertions.Expect(browser.Page.Locator("#curves svg[role=img]")).ToHaveCountAsync(2);
        Assert.Empty(browser.Complaints);
    }
}
