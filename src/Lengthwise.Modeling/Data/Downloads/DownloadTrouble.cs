using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Lengthwise.Modeling.Data.Downloads;

/// <summary>Why an attempt to download failed, for a person.</summary>
/// <param name="What">What was found.</param>
/// <param name="Hint">What to do.</param>
internal sealed record DownloadTrouble(string What, string Hint)
{
    private const string CheckNetwork = "check the network and the proxy settings (http_proxy, https_proxy), and try again";

    /// <summary>Whether another attempt may succeed.</summary>
    public bool MayPass { get; init; }

    /// <summary>When the server asks to come back.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The exception behind it.</summary>
    public Exception? Cause { get; init; }

    /// <summary>What an answer without the file means; null for one with it.</summary>
    public static DownloadTrouble? Of(HttpResponseMessage response)
    {
        int status = (int)response.StatusCode;
        string answer = string.Create(CultureInfo.InvariantCulture, $"the server answered {status} {response.ReasonPhrase}");
        return response.StatusCode switch
        {
            HttpStatusCode.OK or HttpStatusCode.PartialContent => null,
            HttpStatusCode.NotFound or HttpStatusCode.Gone => new DownloadTrouble($"{answer}: the file is not there", "it may have moved; name another place with --mirror URL"),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new DownloadTrouble($"{answer}: access is denied", "get the file by hand, or name another place with --mirror URL"),
            HttpStatusCode.ProxyAuthenticationRequired => new DownloadTrouble($"{answer}: the proxy wants a name and a password", "give them in http_proxy or https_proxy"),
            HttpStatusCode.RequestedRangeNotSatisfiable => new DownloadTrouble($"{answer}: the file has changed", CheckNetwork) { MayPass = true },
            HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError =>
                new DownloadTrouble(answer, "try again later, or another place with --mirror URL") { MayPass = true, RetryAfter = response.Headers.RetryAfter?.Delta },
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest =>
                new DownloadTrouble($"{answer} to '{response.Headers.Location}', which is not followed: too many redirections, or one away from https", "name another place with --mirror URL"),
            _ => new DownloadTrouble(answer, "name another place with --mirror URL"),
        };
    }

    /// <summary>What an exception means.</summary>
    public static DownloadTrouble Of(Exception failure, TimeSpan silence) => failure switch
    {
        OperationCanceledException => new DownloadTrouble(string.Create(CultureInfo.InvariantCulture, $"nothing arrived for {silence.TotalSeconds:0.#} s"), CheckNetwork) { MayPass = true, Cause = failure },
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => new DownloadTrouble("the server's name cannot be resolved", CheckNetwork) { MayPass = true, Cause = failure },
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
            new DownloadTrouble($"no secure connection: {failure.InnerException?.Message ?? failure.Message}", "check the clock and the certificates of this machine") { Cause = failure },
        HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } =>
            new DownloadTrouble("the connection was refused", CheckNetwork) { MayPass = true, Cause = failure },
        HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } => new DownloadTrouble("the connection was cut", CheckNetwork) { MayPass = true, Cause = failure },
        _ => new DownloadTrouble(failure.InnerException?.Message ?? failure.Message, CheckNetwork) { MayPass = true, Cause = failure },
    };
}
