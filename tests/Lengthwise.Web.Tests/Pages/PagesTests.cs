using System.Globalization;
using System.Xml.Linq;
using Lengthwise.Experiments;

namespace Lengthwise.Web.Tests.Pages;

/// <summary>The documents that the server sends, read without a browser.</summary>
public sealed class PagesTests
{
    [Fact]
    public async Task The_index_lists_comparisons_and_single_runs()
    {
        using var made = new MadeUpComparison();
        made.Finish(0, 1);
        DirectoryInfo single = made.Root.CreateSubdirectory("alone");
        File.Copy(made.Cell(0, 1).RecipePath, Path.Combine(single.FullName, "recipe.toml"));

        XDocument page = await GetAsync(made.Root, "");

        Assert.Equal(["/?at=alone", "/?at=small"], page.Descendants("a").Select(a => a.Attribute("href")!.Value).Where(h => h.Contains("at=", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_folder_that_does_not_exist_yet_is_said_and_waited_for()
    {
        using var made = new MadeUpComparison();
        var missing = new DirectoryInfo(Path.Combine(made.Root.FullName, "later"));

        XDocument page = await GetAsync(missing, "");

        Assert.Contains("does not exist yet", page.Root!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_comparison_is_readable_without_script_and_its_table_says_every_standing_in_words()
    {
        using var made = new MadeUpComparison(seeds: 4, arms: 1);
        made.Finish(0, 1);
        ComparisonFolder.RecordFailure(made.Begin(0, 2, 0), "the disk is <full>");
        made.Begin(0, 3, 30);

        XDocument page = await GetAsync(made.Root, "small");

        string row = page.Descendants("tr").Single(r => r.Attribute("id")?.Value == "arm-0").Value;
        Assert.Contains("87.5", row, StringComparison.Ordinal);
        Assert.All(["finished", "failed", "paused", "queued"], word => Assert.Contains(word, row, StringComparison.Ordinal));
        Assert.Contains("the disk is <full>", page.Root!.Value, StringComparison.Ordinal);
        Assert.Contains("Nobody is training here.", page.Root.Value, StringComparison.Ordinal);
        Assert.NotEmpty(page.Descendants("path"));
    }

    [Fact]
    public async Task Numbers_do_not_follow_the_culture_of_the_machine()
    {
        using var made = new MadeUpComparison(seeds: 2, arms: 2);
        made.Finish(0, 1);
        made.Begin(1, 1, 30);
        CultureInfo before = CultureInfo.CurrentCulture;

        string invariant = Comparable(await GetAsync(made.Root, "small"));
        CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = CultureInfo.GetCultureInfo("de-DE");
        string german = Comparable(await GetAsync(made.Root, "small"));
        CultureInfo.CurrentCulture = before;
        CultureInfo.DefaultThreadCurrentCulture = null;

        Assert.Equal(invariant, german);
    }

    [Fact]
    public async Task A_cell_has_a_page_of_its_own_without_buttons()
    {
        using var made = new MadeUpComparison();
        RunFolder run = made.Begin(0, 1, 30);
        RunLog.Of(run).Add("continuing finetune from step 10");

        XDocument page = await GetAsync(made.Root, $"small/cells/{run.Name}");

        Assert.Empty(page.Descendants("button"));
        Assert.Contains("continuing finetune from step 10", page.Root!.Value, StringComparison.Ordinal);
        Assert.Contains("step 30 of 60", page.Root.Value, StringComparison.Ordinal);
        Assert.Equal(4, page.Descendants("figure").Count());
    }

    [Fact]
    public async Task Stop_asks_the_process_that_holds_the_lock_and_resume_is_refused_meanwhile()
    {
        using var made = new MadeUpComparison();
        using FolderLock held = FolderLock.Take(made.Folder.LockPath, "the comparison", TimeSpan.Zero, TestContext.Current.CancellationToken);
        var trainers = new RecordedTrainers();
        await using WatchServer server = await WatchServer.StartAsync(new WatchOptions(made.Root, trainers));
        using var browser = new HttpBrowser(server.Address);
        var asked = new TaskCompletionSource();
        using IDisposable requests = StopRequest.Listen(made.Folder.LockPath, asked.SetResult);

        await browser.PressAsync("stop", "small");
        string refusal = await browser.PressAsync("resume", "small");

        await asked.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Contains("already", refusal, StringComparison.Ordinal);
        Assert.Empty(trainers.Continued);
        Assert.Contains("Stopping", (await browser.GetAsync("small")).Root!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_says_so_when_nobody_trains()
    {
        using var made = new MadeUpComparison();
        await using WatchServer server = await WatchServer.StartAsync(new WatchOptions(made.Root, new RecordedTrainers()));
        using var browser = new HttpBrowser(server.Address);

        string answer = await browser.PressAsync("stop", "small");

        Assert.Contains("Nobody is training there", answer, StringComparison.Ordinal);
        Assert.False(StopRequest.IsMade(made.Folder.LockPath));
    }

    [Fact]
    public async Task Events_carry_what_changed()
    {
        using var made = new MadeUpComparison(seeds: 1, arms: 1);
        RunFolder run = made.Begin(0, 1, 20);
        await using WatchServer server = await WatchServer.StartAsync(new WatchOptions(made.Root, new RecordedTrainers()) { Interval = TimeSpan.FromMilliseconds(50) });
        using var browser = new HttpBrowser(server.Address);
        using StreamReader events = await browser.EventsAsync("small");
        await events.ReadLineAsync(TestContext.Current.CancellationToken);
        await events.ReadLineAsync(TestContext.Current.CancellationToken);

        MadeUpComparison.Append(run, "finetune", 10, 40, first: 20);
        string? change = await events.ReadLineAsync(TestContext.Current.CancellationToken);

        Assert.StartsWith("data: ", change, StringComparison.Ordinal);
        Assert.Contains("arm-0", change, StringComparison.Ordinal);
        Assert.DoesNotContain("\"presence\"", change, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_a_clear_error()
    {
        using var made = new MadeUpComparison();
        await using WatchServer first = await WatchServer.StartAsync(new WatchOptions(made.Root, new RecordedTrainers()));

        var refusal = await Assert.ThrowsAsync<LengthwiseException>(() => WatchServer.StartAsync(new WatchOptions(made.Root, new RecordedTrainers()) { Port = first.Address.Port }));

        Assert.Equal(ExitCode.Usage, refusal.Code);
        Assert.Contains("--port", refusal.Hint, StringComparison.Ordinal);
    }

    private static async Task<XDocument> GetAsync(DirectoryInfo root, string path)
    {
        await using WatchServer server = await WatchServer.StartAsync(new WatchOptions(root, new RecordedTrainers()));
        using var browser = new HttpBrowser(server.Address);
        return await browser.GetAsync(path);
    }

    // Without the token, which differs from server to server.
    private static string Comparable(XDocument page)
    {
        foreach (XElement hidden in page.Descendants("input")) hidden.SetAttributeValue("value", "");
        return page.ToString();
    }
}
