using Lengthwise.Experiments;
using Microsoft.Playwright;

namespace Lengthwise.Web.Tests.Browser;

/// <summary>What a person does with the page, on folders that nobody trains in.</summary>
public sealed class PageInBrowserTests(Chromium chromium) : IClassFixture<Chromium>, IAsyncLifetime
{
    private readonly MadeUpComparison _made = new(seeds: 3);
    private readonly RecordedTrainers _trainers = new();
    private WatchServer? _server;

    private Uri Page => new($"{_server!.Address}&at=small");

    public async ValueTask InitializeAsync()
    {
        _made.Finish(0, 1);
        ComparisonFolder.RecordFailure(_made.Begin(0, 2, 0), "the disk is full");
        _made.Begin(1, 1, 30);
        _server = await WatchServer.StartAsync(new WatchOptions(_made.Root, _trainers) { Interval = TimeSpan.FromMilliseconds(100) });
    }

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        _made.Dispose();
    }

    [Fact]
    public async Task The_token_leaves_the_address_and_a_reload_still_works()
    {
        await using BrowserPage browser = await chromium.OpenAsync(Page);
        await browser.SeesAsync("#presence", "Nobody is training here.");

        Assert.DoesNotContain("token", browser.Page.Url, StringComparison.Ordinal);
        await browser.Page.ReloadAsync();
        await browser.SeesAsync("#presence", "Nobody is training here.");
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task Without_script_the_page_says_everything_and_its_button_works()
    {
        await using BrowserPage browser = await chromium.OpenAsync(Page, new BrowserNewContextOptions { JavaScriptEnabled = false });

        await browser.SeesAsync("#failures", "the disk is full");
        await browser.SeesAsync("#arm-1", "70 %");
        await browser.Page.ClickAsync("#resume");

        await browser.SeesAsync("#message", "It is being resumed.");
        Assert.Equal(["small"], _trainers.Continued);
    }

    [Fact]
    public async Task The_button_and_every_run_are_reached_by_keyboard_and_keep_the_focus_when_they_change()
    {
        await using BrowserPage browser = await chromium.OpenAsync(Page);
        await browser.SeesAsync("#presence", "Nobody is training here.");
        var reached = new List<string>();

        for (int tab = 0; tab < 40 && !reached.Contains("cell-sorting-model0-masked-seed1"); tab++)
        {
            await browser.Page.Keyboard.PressAsync("Tab");
            reached.Add(await browser.Page.EvaluateAsync<string>("document.activeElement.id"));
        }
        MadeUpComparison.Append(_made.Cell(1, 1), "finetune", 10, 50, first: 30);
        await browser.SeesAsync("#arm-1", "90 %");

        Assert.Contains("resume", reached);
        Assert.Contains("cell-sorting-model0-scratch-seed1", reached);
        Assert.Equal("cell-sorting-model0-masked-seed1", await browser.Page.EvaluateAsync<string>("document.activeElement.id"));
    }

    [Fact]
    public async Task Changes_are_said_to_people_who_do_not_see_them()
    {
        await using BrowserPage browser = await chromium.OpenAsync(Page);
        await browser.SeesAsync("#presence", "Nobody is training here.");

        _made.Finish(1, 2, test: 0.75);

        await browser.SeesAsync("#announcement", "model0 masked seed 2 finished with 75.0.");
        Assert.Equal("polite", await browser.Page.GetAttributeAsync("#announcement", "aria-live"));
    }

    [Fact]
    public async Task A_run_leads_to_its_own_page_whose_curves_grow()
    {
        await using BrowserPage browser = await chromium.OpenAsync(Page);

        await browser.Page.ClickAsync("#cell-sorting-model0-masked-seed1");
        await browser.SeesAsync("#numbers", "step 30 of 60");
        ILocator line = browser.Page.Locator("#curves path.c0").Last;
        string before = await line.GetAttributeAsync("d") ?? "";
        MadeUpComparison.Append(_made.Cell(1, 1), "finetune", 10, 50, first: 30);

        await browser.SeesAsync("#numbers", "step 50 of 60");
        Assert.NotEqual(before, await line.GetAttributeAsync("d"));
        Assert.Empty(browser.Complaints);
    }

    [Theory]
    [InlineData("small")]
    [InlineData("small/cells/sorting-model0-masked-seed1")]
    [InlineData("")]
    public async Task On_a_phone_only_tables_scroll_sideways_and_buttons_fit_a_finger(string path)
    {
        await using BrowserPage browser = await chromium.OpenAsync(new Uri($"{_server!.Address}&at={path}"), new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 360, Height = 740 } });

        int overflow = await browser.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        double[] heights = await browser.Page.EvaluateAsync<double[]>("[...document.querySelectorAll('button')].map(b => b.getBoundingClientRect().height)");

        Assert.Equal(0, overflow);
        Assert.All(heights, height => Assert.True(height >= 44, $"{height}"));
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Text_stands_out_in_both_colour_schemes(ColorScheme scheme)
    {
        const string lowestContrast = """
            () => {
              const channel = v => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
              const light = c => { const [r, g, b] = c.match(/[\d.]+/g).map(Number); return 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b); };
              const paper = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (!/, 0\)$/.test(c)) return c; } return 'rgb(255, 255, 255)'; };
              const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
              const texts = [...document.querySelectorAll('main *, h1')].filter(e => !e.closest('svg') && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()));
              return Math.min(...texts.map(e => ratio(light(getComputedStyle(e).color), light(paper(e)))));
            }
            """;
        await using BrowserPage browser = await chromium.OpenAsync(Page, new BrowserNewContextOptions { ColorScheme = scheme });
        await browser.SeesAsync("#presence", "Nobody is training here.");

        double lowest = await browser.Page.EvaluateAsync<double>(lowestContrast);

        Assert.True(lowest >= 4.5, $"{lowest}");
    }

    [Fact]
    public async Task A_page_whose_server_is_gone_says_so_and_that_training_goes_on()
    {
        await using BrowserPage browser = await chromium.OpenAsync(Page);
        await browser.SeesAsync("#presence", "Nobody is training here.");

        await _server!.DisposeAsync();

        await browser.SeesAsync("#connection", "Training goes on without it.");
    }
}
