using Microsoft.AspNetCore.Http;

namespace Lengthwise.Web;

/// <summary>Files of the page that do not change: they are part of the program.</summary>
internal static class Asset
{
    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        ["watch.css"] = "text/css; charset=utf-8",
        ["watch.js"] = "text/javascript; charset=utf-8",
        ["icon.svg"] = "image/svg+xml",
    };

    /// <summary>Sends the asset that the address names.</summary>
    public static async Task SendAsync(HttpContext context)
    {
        string name = context.Request.RouteValues["name"] as string ?? "";
        if (!Types.TryGetValue(name, out string? type))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        context.Response.ContentType = type;
        await using Stream asset = typeof(Asset).Assembly.GetManifestResourceStream(name)!;
        await asset.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
