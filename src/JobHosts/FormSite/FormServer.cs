using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Rayquest.JobHosts.FormSite;

/// <summary>What came of saving: the path, or why not.</summary>
/// <param name="Path">The file that was written, relative to the repository; null where none was.</param>
/// <param name="Fault">What was wrong with what was asked.</param>
public sealed record SaveAnswer(string? Path, string? Fault);

/// <summary>
/// Serves the form to this machine alone. Whoever can open it can write requests into the working tree, so it answers only on
/// loopback, below a secret part of the address, to that address by name, and takes what is saved only from its own page: another
/// page in the same browser, or a name that was made to point here, gets nothing.
/// </summary>
public sealed class FormServer : IDisposable
{
    /// <summary>The most that is taken at a time, in bytes.</summary>
    public const int MostBytes = 2 * 1024 * 1024;

    private readonly HttpListener listener = new();
    private readonly string site;
    private readonly HashSet<string> files;
    private readonly Func<string> data;
    private readonly Func<ReadOnlyMemory<byte>, SaveAnswer> save;
    private readonly string prefix;

    /// <param name="site">The published page.</param>
    /// <param name="port">The port, or 0 for any that is free.</param>
    /// <param name="data">The data, asked for each time.</param>
    /// <param name="save">Takes what the page saves, as it came.</param>
    /// <exception cref="FormServerFault">The port can't be had.</exception>
    public FormServer(string site, int port, Func<string> data, Func<ReadOnlyMemory<byte>, SaveAnswer> save)
    {
        this.site = site;
        this.data = data;
        this.save = save;
        files = new(FormSiteFiles.List(site) ?? [], StringComparer.Ordinal);
        Port = port == 0 ? FreePort() : port;
        prefix = $"/{RandomNumberGenerator.GetHexString(32, lowercase: true)}/";
        listener.Prefixes.Add(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}/"));
        try
        {
            listener.Start();
        }
        catch (HttpListenerException fault)
        {
            throw new FormServerFault(
                string.Create(CultureInfo.InvariantCulture, $"port {Port} can't be had ({fault.Message})"),
                "give another with `--port`, or none for any that is free"
            );
        }
    }

    /// <summary>The port.</summary>
    public int Port { get; }

    /// <summary>Scheme, address and port.</summary>
    public string Origin => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}");

    /// <summary>The address to open, its secret in it.</summary>
    public string Address => Origin + prefix;

    /// <summary>Answers until it is cancelled.</summary>
    public async Task Run(CancellationToken cancel)
    {
        await using CancellationTokenRegistration stop = cancel.Register(listener.Stop);
        while (!cancel.IsCancellationRequested)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception fault) when (fault is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            await Answer(context, cancel);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => listener.Close();

    private async Task Answer(HttpListenerContext context, CancellationToken cancel)
    {
        try
        {
            (int status, string type, byte[] body) = await Respond(context.Request, cancel);
            HttpListenerResponse response = context.Response;
            response.StatusCode = status;
            response.ContentType = type;
            response.ContentLength64 = body.Length;
            response.Headers["Cache-Control"] = "no-store";
            response.Headers["X-Content-Type-Options"] = "nosniff";
            response.Headers["Referrer-Policy"] = "no-referrer";
            response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
            response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
            response.Headers["X-Frame-Options"] = "DENY";
            await response.OutputStream.WriteAsync(body, cancel);
            response.Close();
        }
        catch (Exception fault) when (fault is HttpListenerException or IOException or ObjectDisposedException)
        {
            // The browser has gone.
        }
    }

    private async Task<(int Status, string Type, byte[] Body)> Respond(
        HttpListenerRequest request,
        CancellationToken cancel
    )
    {
        string path = request.Url?.AbsolutePath ?? "";
        // A name that leads here is not this address.
        if (
            !string.Equals(request.UserHostName, Origin["http://".Length..], StringComparison.Ordinal) || !IsBelow(path)
        )
        {
            return Text(404, "not found\n");
        }

        string file = Uri.UnescapeDataString(path[prefix.Length..]);
        if (request.HttpMethod == "POST" && file == "save")
        {
            return await Save(request, cancel);
        }

        if (request.HttpMethod is not "GET")
        {
            return Text(405, "only GET\n");
        }

        if (file == FormSiteFiles.Data)
        {
            return (200, FormSiteFiles.ContentType(file), Encoding.UTF8.GetBytes(data()));
        }

        file = file.Length == 0 ? FormSiteFiles.Page : file;
        return files.Contains(file)
            ? (200, FormSiteFiles.ContentType(file), await File.ReadAllBytesAsync(Path.Combine(site, file), cancel))
            : Text(404, "not found\n");
    }

    private async Task<(int Status, string Type, byte[] Body)> Save(
        HttpListenerRequest request,
        CancellationToken cancel
    )
    {
        if (
            request.Headers["Origin"] != Origin
            || request.Headers["Sec-Fetch-Site"] is not (null or "same-origin")
            || request.ContentType?.StartsWith("application/json", StringComparison.Ordinal) != true
        )
        {
            return Text(403, "only the page of this address may save\n");
        }

        if (request.ContentLength64 is < 0 or > MostBytes)
        {
            return Text(413, "too much at a time\n");
        }

        byte[] body = new byte[request.ContentLength64];
        int read = await request.InputStream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancel);
        SaveAnswer answer = save(body.AsMemory(0, read));
        return answer.Path is { } path ? Text(200, path) : Text(422, answer.Fault ?? "");
    }

    // Compared in a time that doesn't tell how much of it was right.
    private bool IsBelow(string path) =>
        path.Length >= prefix.Length
        && CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(path[..prefix.Length]),
            Encoding.UTF8.GetBytes(prefix)
        );

    private static (int, string, byte[]) Text(int status, string text) =>
        (status, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));

    private static int FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}

/// <summary>The form can't be served.</summary>
public sealed class FormServerFault(string cause, string remedy) : HostException(cause, remedy);
