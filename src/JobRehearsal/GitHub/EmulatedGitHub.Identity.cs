using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Rayquest.JobHosts.GitHub;

namespace Rayquest.JobRehearsal.GitHub;

/// <summary>Who is calling: users' tokens, Apps' signed requests and the short tokens they get for them.</summary>
public sealed partial class EmulatedGitHub
{
    private EmulatedUser? Identify(ApiRequest request) => request.Token is { } token ? Identify(token) : null;

    private EmulatedUser? Identify(string token)
    {
        var user = users.Values.FirstOrDefault(u => u.Token == token);
        if (user is not null)
            return user;
        var app = apps.Find(a => a.Tokens.TryGetValue(token, out var until) && until > Clock.GetUtcNow());
        return app is null ? null : AddIdentity(app.Slug + "[bot]", PermissionLevel.Write, app.Id);
    }

    private Reply CreateInstallationToken(ApiRequest request, string installation)
    {
        var app = VerifyJwt(request.Token);
        if (installation != app.InstallationId.ToString(CultureInfo.InvariantCulture))
            throw new ApiFault(404, "Not Found");
        var token = $"rehearsal-installation-token-{NextId()}";
        var until = Clock.GetUtcNow().AddHours(1);
        app.Tokens[token] = until;
        var granted = new JsonObject
        {
            ["contents"] = "write",
            ["pull_requests"] = "write",
            ["metadata"] = "read",
        };
        return new Reply(
            201,
            new JsonObject
            {
                ["token"] = token,
                ["expires_at"] = Shapes.Time(until),
                ["permissions"] = granted,
                ["repository_selection"] = "selected",
            }
        );
    }

    private EmulatedApp VerifyJwt(string? token)
    {
        var parts = (token ?? "").Split('.');
        if (parts is not [var head, var claims, var signature])
            throw new ApiFault(401, "A JSON web token could not be decoded");
        var header = JsonNode.Parse(Base64Url.DecodeFromChars(head))!;
        var payload = JsonNode.Parse(Base64Url.DecodeFromChars(claims))!;
        var app = apps.Find(a => a.AppId == payload["iss"]?.ToString());
        if (app is null || header["alg"]?.ToString() != "RS256")
            throw new ApiFault(401, "A JSON web token could not be decoded");
        using var rsa = RSA.Create();
        rsa.ImportFromPem(app.PublicKey);
        var content = Encoding.ASCII.GetBytes($"{head}.{claims}");
        var valid = rsa.VerifyData(
            content,
            Base64Url.DecodeFromChars(signature),
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1
        );
        if (!valid)
            throw new ApiFault(401, "A JSON web token could not be decoded");
        var now = Clock.GetUtcNow().ToUnixTimeSeconds();
        var (issued, expires) = ((long)payload["iat"]!, (long)payload["exp"]!);
        if (issued > now)
            throw new ApiFault(401, "'Issued at' claim ('iat') must be an Integer representing a time in the past");
        if (expires <= now || expires - now > 600)
            throw new ApiFault(401, "'Expiration time' claim ('exp') is too far in the future");
        return app;
    }
}
