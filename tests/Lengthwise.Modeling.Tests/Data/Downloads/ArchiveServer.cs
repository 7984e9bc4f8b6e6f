using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Lengthwise.Tests.Serving;

/// <summary>A web server on the loopback address that serves files and misbehaves on demand; also a proxy, which serves whatever host is asked for.</summary>
internal sealed class ArchiveServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    public ArchiveServer()
    {
        _listener.Start();
        _loop = Task.Run(AcceptAsync);
    }

    /// <summary>Content by path.</summary>
    public ConcurrentDictionary<string, byte[]> Files { get; } = new();

    /// <summary>Where a path sends the client.</summary>
    public ConcurrentDictionary<string, string> Redirects { get; } = new();

    /// <summary>Faults of the next answers, in order; answers after them are good.</summary>
    public ConcurrentQueue<Fault> Faults { get; } = new();

    /// <summary>Requests so far.</summary>
    public ConcurrentQueue<Request> Requests { get; } = new();

    /// <summary>Entity tag of all files; null for none.</summary>
    public string? ETag { get; set; } = "\"one\"";

    public bool IgnoresRanges { get; set; }

    /// <summary>Whether answers leave out how long they are.</summary>
    public bool HidesLength { get; set; }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public Uri At(string path) => new(FormattableString.Invariant($"http://127.0.0.1:{Port}/{path}"));

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _loop.Wait();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                _ = AnswerAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        try
        {
            await TalkAsync(client);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
        {
            // The client went away, or the test is over.
        }
        finally
        {
            client.Dispose();
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        NetworkStream stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII, false, 1024, leaveOpen: true);
        string[] first = (await reader.ReadLineAsync(_stop.Token) ?? "").Split(' ');
        if (first.Length < 2) return;
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } line) headers[line[..line.IndexOf(':')]] = line[(line.IndexOf(':') + 1)..].Trim();
        Requests.Enqueue(new Request(first[1], headers.GetValueOrDefault("Range"), headers.GetValueOrDefault("If-Range")));
        Faults.TryDequeue(out Fault? fault);
        string path = Uri.TryCreate(first[1], UriKind.Absolute, out Uri? absolute) && absolute.Scheme == "http" ? absolute.AbsolutePath.TrimStart('/') : first[1].TrimStart('/');
        if (fault is { Status: > 0 }) await SendAsync(stream, $"{fault.Status} Trouble", fault.Header, "sorry"u8.ToArray(), fault);
        else if (Redirects.TryGetValue(path, out string? target)) await SendAsync(stream, "302 Found", $"Location: {target}\r\n", [], fault);
        else if (Files.TryGetValue(path, out byte[]? content)) await SendFileAsync(stream, content, headers, fault);
        else await SendAsync(stream, "404 Not Found", "", "no such file"u8.ToArray(), fault);
    }

    private async Task SendFileAsync(NetworkStream stream, byte[] content, Dictionary<string, string> headers, Fault? fault)
    {
        string tag = ETag is null ? "" : $"ETag: {ETag}\r\n";
        bool isSame = !headers.TryGetValue("If-Range", out string? condition) || condition == ETag;
        if (!IgnoresRanges && isSame && headers.TryGetValue("Range", out string? range))
        {
            int from = int.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture);
            if (from >= content.Length) await SendAsync(stream, "416 Range Not Satisfiable", $"Content-Range: bytes */{content.Length}\r\n", [], fault);
            else await SendAsync(stream, "206 Partial Content", $"{tag}Content-Range: bytes {from}-{content.Length - 1}/{content.Length}\r\n", content[from..], fault);
            return;
        }
        await SendAsync(stream, "200 OK", $"{tag}Accept-Ranges: bytes\r\n", content, fault);
    }

    private async Task SendAsync(NetworkStream stream, string status, string headers, byte[] body, Fault? fault)
    {
        string length = HidesLength ? "" : $"Content-Length: {body.Length}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\n{headers}{length}Connection: close\r\n\r\n"), _stop.Token);
        await stream.WriteAsync(body.AsMemory(0, Math.Min(body.Length, fault?.CutAfter ?? body.Length)), _stop.Token);
        if (fault is { Hangs: true }) await Task.Delay(Timeout.Infinite, _stop.Token);
    }

    /// <summary>What went over the wire.</summary>
    public sealed record Request(string Target, string? Range, string? IfRange);

    /// <summary>One bad answer.</summary>
    public sealed record Fault
    {
        /// <summary>Bytes of the body after which the connection is cut.</summary>
        public int? CutAfter { get; init; }

        /// <summary>Status instead of the file.</summary>
        public int Status { get; init; }

        /// <summary>Headers of that status.</summary>
        public string Header { get; init; } = "";

        /// <summary>Whether the connection stays open without a word after the body.</summary>
        public bool Hangs { get; init; }
    }
}
