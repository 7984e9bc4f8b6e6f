using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Lengthwise.Web.Access;

/// <summary>
/// Lets through what comes from this machine, was meant for this machine, and knows the secret: pages by the token in their address, after
/// that by a cookie; buttons by cookie, origin and token together. Other sites open in the same browser reach nothing, also by
/// a host name that they point at this machine.
/// </summary>
internal sealed class RequestGuard(AccessToken token)
{
    /// <summary>Name of the token in an address and in a form.</summary>
    public const string TokenField = "token";

    private const int LongestForm = 4096;
    private static readonly string[] OwnNames = ["127.0.0.1", "localhost", "[::1]"];

    /// <summary>Carries a request on, or answers it with why not.</summary>
    public async Task InvokeAsync(HttpContext context, Func<Task> next)
    {
        Protect(context.Response.Headers);
        if (await RefusalOf(context) is var (status, reason))
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync(reason + "\n", context.RequestAborted);
            return;
        }
        await next();
    }

    private async Task<(int Status, string Reason)?> RefusalOf(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (context.Connection.RemoteIpAddress is not { } remote || !IPAddress.IsLoopback(remote))
            return (StatusCodes.Status403Forbidden, "This page is for the machine that it runs on.");
        if (!OwnNames.Contains(request.Host.Host, StringComparer.OrdinalIgnoreCase))
            return (StatusCodes.Status421MisdirectedRequest, "This page answers to 127.0.0.1 and localhost only.");
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) return Admit(context);
        return HttpMethods.IsPost(request.Method) ? await RefusalOfButton(context) : (StatusCodes.Status405MethodNotAllowed, "Only GET and POST are known here.");
    }

    private (int, string)? Admit(HttpContext context)
    {
        string cookie = CookieName(context);
        if (token.Matches(context.Request.Query[TokenField]))
        {
            context.Response.Cookies.Append(cookie, token.Text, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/" });
            return null;
        }
        return token.Matches(context.Request.Cookies[cookie])
            ? null
            : (StatusCodes.Status403Forbidden, "Open the address that 'lengthwise watch' printed, with its token: it changes at every start.");
    }

    private async Task<(int, string)?> RefusalOfButton(HttpContext context)
    {
        HttpRequest request = context.Request;
        // A browser states where a form came from; a form of another site, or none at all, is not ours.
        if (request.Headers.Origin != $"{request.Scheme}://{request.Host}") return (StatusCodes.Status403Forbidden, "This request came from another page.");
        if (!token.Matches(request.Cookies[CookieName(context)])) return (StatusCodes.Status403Forbidden, "The cookie of this page is missing: open its address again.");
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = LongestForm;
        if (request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) != true)
            return (StatusCodes.Status415UnsupportedMediaType, "Expected a form.");
        try
        {
            IFormCollection form = await request.ReadFormAsync(context.RequestAborted);
            return token.Matches(form[TokenField]) ? null : (StatusCodes.Status403Forbidden, "The token of this page is missing or old: open its address again.");
        }
        catch (Exception e) when (e is InvalidDataException or BadHttpRequestException or IOException)
        {
            return (StatusCodes.Status400BadRequest, "The form cannot be read.");
        }
    }

    // Cookies do not know ports: two pages on one machine must not overwrite each other's.
    private static string CookieName(HttpContext context) =>
        string.Create(CultureInfo.InvariantCulture, $"lengthwise-watch-{context.Connection.LocalPort}");

    private static void Protect(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.CacheControl = "no-store";
        // Not "no-referrer": with it browsers hide the origin of our own forms too.
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }
}
