using System.Net;
using System.Text.Json;
using System.Xml.Linq;

namespace Lengthwise.Web.Tests;

/// <summary>What a browser does, without one: keeps the cookie, sends the origin, fills in the form.</summary>
internal sealed class HttpBrowser(Uri address) : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { CookieContainer = new CookieContainer(), UseProxy = false });

    private string Token => address.Query.Split("token=")[1];

    /// <summary>A page; it is well-formed, so it can be read as XML.</summary>
    public async Task<XDocument> GetAsync(string path)
    {
        string html = await _client.GetStringAsync(new Uri(address, $"/?token={Token}&at={Uri.EscapeDataString(path)}"), TestContext.Current.CancellationToken);
        return XDocument.Parse(html[html.IndexOf("<html", StringComparison.Ordinal)..]);
    }

    /// <summary>Presses a button and returns what it says.</summary>
    public async Task<string> PressAsync(string action, string path)
    {
        await GetAsync(path);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, "/" + action)) { Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["at"] = path, ["token"] = Token }) };
        request.Headers.Add("Origin", address.GetLeftPart(UriPartial.Authority));
        request.Headers.Add("Accept", "application/json");
        using HttpResponseMessage answer = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        using JsonDocument json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return json.RootElement.GetProperty("message").GetString()!;
    }

    /// <summary>The events of a page.</summary>
    public async Task<StreamReader> EventsAsync(string path)
    {
        await GetAsync(path);
        return new StreamReader(await _client.GetStreamAsync(new Uri(address, $"/events?at={Uri.EscapeDataString(path)}"), TestContext.Current.CancellationToken));
    }

    public void Dispose() => _client.Dispose();
}
