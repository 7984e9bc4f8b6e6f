using System.Net;

namespace Lengthwise.Web.Tests.Access;

/// <summary>Who gets in, asked of a real server on the loopback address.</summary>
public sealed class RequestGuardTests : IAsyncLifetime
{
    private readonly MadeUpComparison _comparison = new();
    private readonly RecordedTrainers _trainers = new();
    private WatchServer? _server;

    private Uri Page => _server!.Address;

    private Uri Root => new(Page, "/");

    private string Token => Page.Query.Split("token=")[1];

    public async ValueTask InitializeAsync() => _server = await WatchServer.StartAsync(new WatchOptions(_comparison.Root, _trainers));

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        _comparison.Dispose();
    }

    [Fact]
    public void The_address_is_loopback_and_its_token_long_and_new()
    {
        Assert.Equal("127.0.0.1", Page.Host);
        Assert.True(Token.Length >= 40, Token);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/?at=small")]
    [InlineData("/events?at=small")]
    [InlineData("/assets/watch.js")]
    [InlineData("/?token=wrong")]
    [InlineData("/?token=")]
    public async Task Without_the_token_nothing_is_shown(string address)
    {
        using HttpResponseMessage answer = await SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(Page, address)));

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.DoesNotContain("small", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_in_the_address_becomes_a_cookie_that_scripts_and_other_sites_do_not_get()
    {
        using HttpResponseMessage answer = await SendAsync(new HttpRequestMessage(HttpMethod.Get, Page));

        string cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        using HttpResponseMessage next = await SendAsync(With(new HttpRequestMessage(HttpMethod.Get, Root), cookie.Split(';')[0]));
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Theory]
    [InlineData("attacker.example")]
    [InlineData("127.0.0.1.attacker.example")]
    [InlineData("localhost.attacker.example:80")]
    [InlineData("10.0.0.1")]
    public async Task A_foreign_host_name_is_refused_even_with_the_token(string host)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, Page);
        request.Headers.Host = host;

        using HttpResponseMessage answer = await SendAsync(request);

        Assert.Equal(HttpStatusCode.MisdirectedRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Scripts_styles_and_connections_of_other_origins_are_forbidden_to_the_page()
    {
        using HttpResponseMessage answer = await SendAsync(new HttpRequestMessage(HttpMethod.Get, Page));

        string policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        string html = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http://", html, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_button_works_with_cookie_origin_and_token()
    {
        using HttpResponseMessage answer = await SendAsync(Button("resume", Origin(), Cookie(), Token));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(["small"], _trainers.Continued);
    }

    [Theory]
    [InlineData(false, true, true)]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    public async Task A_button_does_nothing_when_origin_cookie_or_token_is_missing(bool hasOrigin, bool hasCookie, bool hasToken)
    {
        using HttpResponseMessage answer = await SendAsync(Button("resume", hasOrigin ? Origin() : null, hasCookie ? Cookie() : null, hasToken ? Token : "wrong"));

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Empty(_trainers.Continued);
    }

    [Theory]
    [InlineData("http://attacker.example")]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("null")]
    public async Task A_button_of_another_origin_does_nothing(string origin)
    {
        using HttpResponseMessage answer = await SendAsync(Button("resume", origin, Cookie(), Token));

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Empty(_trainers.Continued);
    }

    [Theory]
    [InlineData("GET", "/resume?at=small", HttpStatusCode.MethodNotAllowed)]
    [InlineData("PUT", "/", HttpStatusCode.MethodNotAllowed)]
    [InlineData("DELETE", "/", HttpStatusCode.MethodNotAllowed)]
    public async Task Other_methods_do_nothing(string method, string address, HttpStatusCode expected)
    {
        using HttpResponseMessage answer = await SendAsync(With(new HttpRequestMessage(new HttpMethod(method), new Uri(Page, address)), Cookie()));

        Assert.True(answer.StatusCode == expected || answer.StatusCode == HttpStatusCode.NotFound, answer.StatusCode.ToString());
        Assert.Empty(_trainers.Continued);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("../small")]
    [InlineData("small/../../etc")]
    [InlineData("/etc")]
    [InlineData("small//cells")]
    [InlineData(".hidden")]
    [InlineData("small\\cells")]
    [InlineData("small\0")]
    public async Task A_path_outside_of_the_watched_folder_leads_nowhere(string path)
    {
        using HttpResponseMessage answer = await SendAsync(With(new HttpRequestMessage(HttpMethod.Get, new Uri(Page, "/?at=" + Uri.EscapeDataString(path))), Cookie()));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task A_form_that_is_too_large_is_refused()
    {
        HttpRequestMessage request = Button("resume", Origin(), Cookie(), Token, new string('x', 10_000));

        using HttpResponseMessage answer = await SendAsync(request);

        Assert.False(answer.IsSuccessStatusCode);
        Assert.Empty(_trainers.Continued);
    }

    private string Origin() => Root.GetLeftPart(UriPartial.Authority);

    private string Cookie() => $"lengthwise-watch-{Page.Port}={Token}";

    private HttpRequestMessage Button(string action, string? origin, string? cookie, string token, string path = "small")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Page, "/" + action)) { Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["at"] = path, ["token"] = token }) };
        if (origin is not null) request.Headers.Add("Origin", origin);
        return cookie is null ? request : With(request, cookie);
    }

    private static HttpRequestMessage With(HttpRequestMessage request, string cookie)
    {
        request.Headers.Add("Cookie", cookie);
        return request;
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, UseProxy = false, AllowAutoRedirect = false });
        using (request) return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
