using Microsoft.Playwright;

namespace Lengthwise.Web.Tests.Browser;

/// <summary>An open page that remembers what its console complained about: a policy that was violated, a script that failed.</summary>
internal sealed class BrowserPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;

    private BrowserPage(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.Console += (_, message) => { if (message.Type == "error") Complaints.Add(message.Text); };
        page.PageError += (_, error) => Complaints.Add(error);
        page.SetDefaultTimeout(30_000);
    }

    public IPage Page { get; }

    public List<string> Complaints { get; } = [];

    public static async Task<BrowserPage> OpenAsync(IBrowserContext context, Uri address)
    {
        var page = new BrowserPage(context, await context.NewPageAsync());
        await page.Page.GotoAsync(address.ToString());
        return page;
    }

    /// <summary>Waits until an element holds a text.</summary>
    public Task SeesAsync(string selector, string text, int seconds = 30) =>
        Assertions.Expect(Page.Locator(selector)).ToContainTextAsync(text, new LocatorAssertionsToContainTextOptions { Timeout = 1000 * seconds });

    public async ValueTask DisposeAsync() => await _context.CloseAsync();
}
