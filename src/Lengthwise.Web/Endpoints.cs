using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Lengthwise.Web.Access;
using Lengthwise.Web.Pages;
using Lengthwise.Web.Tracking;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Lengthwise.Web;

/// <summary>What there is to ask for: pages, their events, their assets, and two buttons.</summary>
internal sealed class Endpoints(WatchedStore store, WatchOptions options, AccessToken token, CancellationToken stopping)
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    // Pages of what has not changed are not made again, however many are open.
    private readonly ConditionalWeakTable<WatchedComparison, PageState> _made = [];
    private readonly ConcurrentDictionary<string, DrawnCurves> _drawn = new(StringComparer.Ordinal);

    /// <summary>Adds them.</summary>
    public void Map(WebApplication application)
    {
        application.MapGet("/", ShowAsync);
        application.MapGet("/events", SendEventsAsync);
        application.MapGet("/assets/{name}", Asset.SendAsync);
        application.MapPost("/stop", (HttpContext context) => PressAsync(context, store.Stop, "It was asked to stop: every run under way saves a checkpoint."));
        application.MapPost("/resume", (HttpContext context) => PressAsync(context, store.Continue, "It is being resumed."));
        application.MapFallback(context => AnswerAsync(context, StatusCodes.Status404NotFound, "There is no such page."));
    }

    private static string PathOf(HttpContext context) => context.Request.Query["at"].ToString();

    private Task ShowAsync(HttpContext context) => ShowAsync(context, PathOf(context), "");

    private async Task ShowAsync(HttpContext context, string path, string message)
    {
        if (StateOf(path) is not { } state)
        {
            await AnswerAsync(context, StatusCodes.Status404NotFound, "There is neither a comparison nor a run of this name; a queued run has no page before it begins.");
            return;
        }
        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.WriteAsync(PageShell.Render(state, path, Above(path), message), context.RequestAborted);
    }

    private PageState? StateOf(string path)
    {
        switch (store.KindOf(path))
        {
            case PlaceKind.Comparison:
                return _made.GetValue(store.Comparison(path, wantsCurves: true), comparison => new ComparisonPage(comparison, path, token, _drawn.GetOrAdd(path, _ => new DrawnCurves())).State());
            case PlaceKind.Run:
                (WatchedRun run, Presence presence, string log) = store.Run(path);
                return new RunPage(run, presence, log, path, store.IsPartOfComparison(path), token).State();
            case PlaceKind.Store:
                return IndexPage.State(store);
            default:
                return null;
        }
    }

    // The pages on the way up that there are.
    private List<(string Path, string Name)> Above(string path)
    {
        var above = new List<(string, string)>();
        if (path.Length == 0) return above;
        string[] segments = path.Split('/');
        for (int length = 0; length < segments.Length; length++)
        {
            string up = string.Join('/', segments.Take(length));
            if (store.KindOf(up) != PlaceKind.Nothing) above.Add((up, length == 0 ? store.Root.Name : segments[length - 1]));
        }
        return above;
    }

    private async Task SendEventsAsync(HttpContext context)
    {
        string path = PathOf(context);
        if (StateOf(path) is null)
        {
            await AnswerAsync(context, StatusCodes.Status404NotFound, "There is no such page.");
            return;
        }
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        PageState? shown = null;
        long sent = 0;
        try
        {
            while (!ended.IsCancellationRequested)
            {
                // What is gone for a moment, such as a folder that is being replaced, leaves the page as it was.
                if (StateOf(path) is { } now)
                {
                    PageChange change = PageChange.Between(shown, now);
                    if (!change.IsEmpty)
                    {
                        await context.Response.WriteAsync($"data: {JsonSerializer.Serialize(change, Json)}\n\n", ended.Token);
                        sent = TimeProvider.System.GetTimestamp();
                    }
                    shown = now;
                }
                if (TimeProvider.System.GetElapsedTime(sent) > Heartbeat)
                {
                    await context.Response.WriteAsync(": still here\n\n", ended.Token);
                    sent = TimeProvider.System.GetTimestamp();
                }
                await context.Response.Body.FlushAsync(ended.Token);
                await Task.Delay(options.Interval, ended.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The page was closed, or the command ended.
        }
    }

    private async Task PressAsync(HttpContext context, Action<string> act, string done)
    {
        string path = context.Request.Form["at"].ToString();
        bool wantsJson = context.Request.Headers.Accept.ToString().Contains("application/json", StringComparison.Ordinal);
        (int status, string message) = Try(() => act(path), done);
        context.Response.StatusCode = status;
        if (!wantsJson)
        {
            await ShowAsync(context, store.KindOf(path) == PlaceKind.Nothing ? "" : path, message);
            return;
        }
        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.WriteAsync(JsonSerializer.Serialize(new { Message = message }, Json), context.RequestAborted);
    }

    private static (int Status, string Message) Try(Action act, string done)
    {
        try
        {
            act();
            return (StatusCodes.Status200OK, done);
        }
        catch (LengthwiseException e)
        {
            return (StatusCodes.Status409Conflict, e.Hint.Length > 0 ? $"{e.Message} ({e.Hint})" : e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            return (StatusCodes.Status409Conflict, e.Message);
        }
    }

    private static async Task AnswerAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(text + "\n", context.RequestAborted);
    }
}
