using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Lengthwise.Web.Access;

/// <summary>The secret that stands in the page's address: whoever has it may look and press buttons. New at every start, never stored.</summary>
internal sealed class AccessToken
{
    private const int Bytes = 32;

    /// <summary>Draws a secret.</summary>
    public AccessToken() => Text = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>The secret, in characters that an address can hold.</summary>
    public string Text { get; }

    /// <summary>Whether a text is the secret; takes the same time for every text of its length.</summary>
    public bool Matches(string? text) =>
        text is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(Text));
}
