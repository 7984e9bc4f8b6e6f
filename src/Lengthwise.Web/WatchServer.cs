using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Lengthwise.Web.Access;
using Lengthwise.Web.Tracking;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Lengthwise.Web;

/// <summary>
/// Serves the live page to this machine. It only reads files and never talks to a trainer, so that either may die and come back
/// without the other.
/// </summary>
public sealed class WatchServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private WatchServer(WebApplication application, Uri address) => (_application, Address) = (application, address);

    /// <summary>Address of the page, with its secret.</summary>
    public Uri Address { get; }

    /// <summary>Begins to serve.</summary>
    /// <exception cref="LengthwiseException">The port is taken, or the folder is a file.</exception>
    public static async Task<WatchServer> StartAsync(WatchOptions options)
    {
        if (File.Exists(options.Folder.FullName))
            throw new LengthwiseException(ExitCode.Usage, $"watching '{options.Folder}': it is a file, expected a folder", "name the folder of a comparison, of a run, or one that holds some");
        var token = new AccessToken();
        // Nothing of the surroundings configures it: no settings file of the current folder, no environment variable, no other address.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, options.Port);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 4096;
            kestrel.Limits.MaxConcurrentConnections = 200;
        });
        builder.Services.AddRoutingCore();
        WebApplication application = builder.Build();
        application.Use((HttpContext context, RequestDelegate next) => new RequestGuard(token).InvokeAsync(context, () => next(context)));
        application.UseRouting();
        new Endpoints(new WatchedStore(options), options, token, application.Lifetime.ApplicationStopping).Map(application);
        try
        {
            await application.StartAsync();
        }
        catch (Exception e) when (e is IOException { InnerException: AddressInUseException } or SocketException)
        {
            await application.DisposeAsync();
            throw new LengthwiseException(
                ExitCode.Usage, string.Create(CultureInfo.InvariantCulture, $"serving the page: port {options.Port} cannot be had: {e.Message}"), "leave --port out, or name another", e);
        }
        string address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new WatchServer(application, new Uri($"{address}/?{RequestGuard.TokenField}={token.Text}"));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }
}
