namespace Lengthwise.Modeling.Data.Downloads;

/// <summary>How patient downloads are.</summary>
public sealed record DownloadOptions
{
    /// <summary>Attempts in a row that bring no byte before giving up.</summary>
    public int Attempts { get; init; } = 6;

    /// <summary>Wait after the first failed attempt; doubled after each further one.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait between attempts, whatever the server asks for.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Silence after which a connection counts as cut.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(60);
}
