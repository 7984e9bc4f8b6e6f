using System.Globalization;

namespace Lengthwise.Modeling.Data;

/// <summary>
/// A note beside a large packed split, <c>NAME.split.checked</c>, that its content had the hash in its header when it was read as a
/// whole: size, time of the last change and hash. While the three are what they were, opening need not read gigabytes again. A note that
/// is missing, old or unreadable only means that the file is read once more.
/// </summary>
internal sealed class SplitProof
{
    /// <summary>Below this a file is read whole in a few hundredths of a second, which needs no note.</summary>
    public const long LeastBytes = 64L << 20;

    /// <summary>Clocks of file systems are coarse: a file that changed just now could change again at the same time.</summary>
    private static readonly TimeSpan Coarseness = TimeSpan.FromSeconds(2);

    private readonly string _path;
    private readonly string _text;
    private readonly bool _canBeKept;

    /// <summary>Reads the note, if there is one.</summary>
    /// <param name="split">The opened split.</param>
    /// <param name="hash">The hash in its header.</param>
    /// <param name="leastBytes">Smaller files have no note.</param>
    public SplitProof(FileStream split, string hash, long leastBytes)
    {
        DateTime changed = File.GetLastWriteTimeUtc(split.SafeFileHandle);
        _path = split.Name + ".checked";
        _text = string.Create(CultureInfo.InvariantCulture, $"{split.Length} {changed.Ticks} {hash}\n");
        bool isLarge = split.Length >= leastBytes;
        _canBeKept = isLarge && TimeProvider.System.GetUtcNow().UtcDateTime - changed > Coarseness;
        Stands = isLarge && Read() == _text;
    }

    /// <summary>Whether the content of this very file was checked before.</summary>
    public bool Stands { get; }

    /// <summary>Writes the note after the content was checked; where that is not possible, the next opening checks again.</summary>
    public void Keep()
    {
        if (Stands || !_canBeKept) return;
        try
        {
            AtomicFile.WriteText(_path, _text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A cache that may only be read is checked at every opening.
        }
    }

    private string? Read()
    {
        try
        {
            return File.Exists(_path) && new FileInfo(_path).Length == _text.Length ? File.ReadAllText(_path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
