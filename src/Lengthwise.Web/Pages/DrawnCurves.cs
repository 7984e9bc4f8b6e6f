namespace Lengthwise.Web.Pages;

/// <summary>Keeps the curves of a comparison until what they show has changed. Safe for concurrent use.</summary>
internal sealed class DrawnCurves
{
    private readonly Lock _gate = new();
    private object?[] _shown = [];
    private Part? _part;

    /// <summary>The part that was drawn last, or a new one.</summary>
    /// <param name="shown">What it is made from; lists count as the same when they are the same object.</param>
    /// <param name="draw">Draws it.</param>
    public Part Unless(IEnumerable<object?> shown, Func<Part> draw)
    {
        object?[] now = [.. shown];
        lock (_gate)
        {
            if (_part is not null && now.SequenceEqual(_shown)) return _part;
            _shown = now;
            return _part = draw();
        }
    }
}
