using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Lengthwise.Modeling.Data.Downloads;

/// <summary>
/// Downloads files over connections that may be cut: continues where it stopped if the server still has the same version, waits
/// longer after each failure, checks size and sum, and puts only whole files in their place. Proxies are those of the system
/// (<c>http_proxy</c>, <c>https_proxy</c>, <c>no_proxy</c>).
/// </summary>
public sealed class Downloader : IDisposable
{
    private const int BufferBytes = 1 << 16;
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(100);
    private readonly DownloadOptions _options;
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = true, AutomaticDecompression = DecompressionMethods.None })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Makes a downloader.</summary>
    public Downloader(DownloadOptions? options = null)
    {
        _options = options ?? new DownloadOptions();
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("lengthwise", typeof(Downloader).Assembly.GetName().Version!.ToString(2)));
    }

    /// <summary>Brings one file to its place; does nothing if it is there already and is what it should be.</summary>
    /// <param name="item">What to download.</param>
    /// <param name="target">Where the file goes.</param>
    /// <param name="progress">Hears bytes; may be null.</param>
    /// <param name="cancellation">Stops; what has arrived is kept and continued the next time.</param>
    /// <returns>Whether anything was downloaded.</returns>
    /// <exception cref="LengthwiseException">The file is not offered, is another one, or cannot be reached or written.</exception>
    public async Task<bool> GetAsync(DownloadItem item, FileInfo target, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        if (IsThere(item, target.FullName, progress, cancellation)) return false;
        using PartialDownload partial = PartialDownload.Open(target.FullName);
        bool wasContinued = partial.Length > 0;
        await FetchAsync(item, partial, progress, cancellation);
        string? fault = Fault(item, partial.Content, progress, cancellation);
        if (fault is not null && wasContinued)
        {
            // The earlier part may have come from another version of the file.
            Restart(partial, Unknown(item));
            await FetchAsync(item, partial, progress, cancellation);
            fault = Fault(item, partial.Content, progress, cancellation);
        }
        if (fault is not null)
        {
            partial.Discard();
            throw new LengthwiseException(
                ExitCode.Data, $"downloading {item.Address}: {fault}; nothing was kept",
                "the server sent another file than the published one; try again later, or another place with --mirror URL");
        }
        Write(partial.Finish, partial.Path);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static bool IsThere(DownloadItem item, string path, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        if (!File.Exists(path)) return false;
        using FileStream stream = File.OpenRead(path);
        return Fault(item, stream, progress, cancellation) is null;
    }

    private static string? Fault(DownloadItem item, Stream file, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        long bytes = file.Length;
        if (item.Bytes is { } expected && bytes != expected) return Invariant($"found {bytes:N0} bytes, expected {expected:N0}");
        if (item.Checksum is not { } checksum) return null;
        string sum = checksum.Of(file, done => progress?.Report(new DownloadProgress(item.Name, "checking", done, bytes)), cancellation);
        return sum == checksum.Hex ? null : $"found {checksum with { Hex = sum }}, expected {checksum}";
    }

    private async Task FetchAsync(DownloadItem item, PartialDownload partial, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        TimeSpan delay = _options.FirstDelay;
        for (int fruitless = 0; ;)
        {
            long before = partial.Length;
            DownloadTrouble? trouble = await AttemptAsync(item, partial, progress, cancellation);
            if (trouble is null) return;
            if (partial.Length > before) (fruitless, delay) = (0, _options.FirstDelay);
            if (!trouble.MayPass || ++fruitless >= _options.Attempts)
                throw new LengthwiseException(
                    ExitCode.Data, $"downloading {item.Address}: {trouble.What}",
                    partial.Length > 0 ? Invariant($"{trouble.Hint}; the same command continues after {partial.Length:N0} bytes") : trouble.Hint, trouble.Cause);
            TimeSpan wait = Least(trouble.RetryAfter ?? delay, _options.LongestDelay);
            progress?.Report(new DownloadProgress(item.Name, Invariant($"{trouble.What}; trying again in {wait.TotalSeconds:0.#} s"), partial.Length, item.Bytes ?? 0));
            await Task.Delay(wait, cancellation);
            delay = Least(2 * delay, _options.LongestDelay);
        }
    }

    // Null when the whole file has arrived.
    private async Task<DownloadTrouble?> AttemptAsync(DownloadItem item, PartialDownload partial, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        silence.CancelAfter(_options.Silence);
        try
        {
            using HttpRequestMessage request = Request(item, partial);
            using HttpResponseMessage response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token);
            if (DownloadTrouble.Of(response) is { } trouble)
            {
                if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable) Restart(partial, Unknown(item));
                return trouble;
            }
            // A server that ignores ranges, or has another version by now, answers with the whole file.
            if (response.StatusCode == HttpStatusCode.OK)
            {
                Restart(partial, VersionOf(item, response));
            }
            else if (response.Content.Headers.ContentRange?.From != partial.Length)
            {
                string range = $"{response.Content.Headers.ContentRange}";
                Restart(partial, Unknown(item));
                return new DownloadTrouble($"the server sent the range '{range}', which was not asked for", "try again") { MayPass = true };
            }
            long total = (response.Content.Headers.ContentLength ?? 0) is > 0 and var rest ? partial.Length + rest : 0;
            if (item.Bytes is { } expected && total > 0 && total != expected)
                return new DownloadTrouble(Invariant($"the server announces {total:N0} bytes, expected {expected:N0}: it is another file"), "try again later, or another place with --mirror URL");
            return await ReceiveAsync(item, response, partial, total, progress, silence, cancellation);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            Write(partial.Flush, partial.Path);
            return DownloadTrouble.Of(e, _options.Silence);
        }
        catch (OperationCanceledException)
        {
            Write(partial.Flush, partial.Path);
            throw;
        }
    }

    private async Task<DownloadTrouble?> ReceiveAsync(
        DownloadItem item, HttpResponseMessage response, PartialDownload partial, long total, IProgress<DownloadProgress>? progress, CancellationTokenSource silence, CancellationToken cancellation)
    {
        await using Stream body = await response.Content.ReadAsStreamAsync(silence.Token);
        var buffer = new byte[BufferBytes];
        long reported = TimeProvider.System.GetTimestamp();
        for (int read; (read = await body.ReadAsync(buffer, silence.Token)) > 0;)
        {
            cancellation.ThrowIfCancellationRequested();
            silence.CancelAfter(_options.Silence);
            int arrived = read;
            Write(() => partial.Append(buffer.AsSpan(0, arrived)), partial.Path);
            if (item.Bytes is { } expected && partial.Length > expected) return null;
            if (TimeProvider.System.GetElapsedTime(reported) < ReportInterval) continue;
            progress?.Report(new DownloadProgress(item.Name, "downloading", partial.Length, total));
            reported = TimeProvider.System.GetTimestamp();
        }
        progress?.Report(new DownloadProgress(item.Name, "downloading", partial.Length, total));
        return total > 0 && partial.Length < total ? new DownloadTrouble("the connection was cut", "check the network and try again") { MayPass = true } : null;
    }

    private static HttpRequestMessage Request(DownloadItem item, PartialDownload partial)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, item.Address);
        bool canContinue = partial.Length > 0 && partial.Version() is { Validator: not null } version && version.Address == item.Address.AbsoluteUri;
        if (!canContinue) return request;
        request.Headers.Range = new RangeHeaderValue(partial.Length, null);
        request.Headers.TryAddWithoutValidation("If-Range", partial.Version()!.Validator);
        return request;
    }

    private static void Restart(PartialDownload partial, DownloadVersion version) => Write(() => partial.Restart(version), partial.Path);

    private static DownloadVersion Unknown(DownloadItem item) => new(item.Address.AbsoluteUri, null, null, null);

    private static DownloadVersion VersionOf(DownloadItem item, HttpResponseMessage response) => new(
        item.Address.AbsoluteUri,
        response.Headers.ETag is { IsWeak: false } tag ? tag.Tag : null,
        response.Content.Headers.LastModified?.ToString("R", CultureInfo.InvariantCulture),
        response.Content.Headers.ContentLength);

    // A full disk is no trouble of the network, and waiting does not help.
    private static void Write(Action write, string path)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LengthwiseException(ExitCode.Failed, $"writing '{path}': {e.Message}", "free some space, or name another folder with --cache", e);
        }
    }

    private static TimeSpan Least(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
