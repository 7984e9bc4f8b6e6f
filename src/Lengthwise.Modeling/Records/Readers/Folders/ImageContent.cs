using Lengthwise.Modeling.Data;

namespace Lengthwise.Modeling.Records.Readers.Folders;

/// <summary>Images as sequences of pixels, row by row: all of one size.</summary>
internal sealed class ImageContent : FileContent
{
    private readonly ImageColour _colour;
    private readonly int? _side;
    private readonly bool _isLevels;
    private readonly PixelImage? _first;

    public ImageContent(IReadOnlyList<FolderFile> files, ReadSettings settings)
    {
        (_colour, _side, _isLevels) = (settings.Colour, settings.Resize, settings.Content == ContentKind.Symbols || settings.KeepsLevels);
        string? fault = settings.Content switch
        {
            ContentKind.Bytes or ContentKind.Characters => "\"bytes\" and \"characters\" are for text",
            ContentKind.Symbols when _colour == ImageColour.Rgb => "only grey levels can be symbols",
            _ => null,
        };
        if (fault is not null)
            throw new LengthwiseException(ExitCode.Usage, $"reading '{settings.Path}': the files are images, and {fault}", "set 'content' and 'colour' in [task]");
        // The first image that can be read says what size the others have to be.
        if (_side is null) _first = files.Take(100).Select(f => TryRead(f.File)).FirstOrDefault(i => i is not null);
    }

    public override IReadOnlyList<string> Notes =>
    [
        (_side, _first) switch
        {
            ({ } side, _) => FormattableString.Invariant($"images scaled to {side} x {side}, {Colour}"),
            (_, { } first) => FormattableString.Invariant($"images of {first.Width} x {first.Height}, {Colour}"),
            _ => $"images, {Colour}",
        },
    ];

    public override IReadOnlyList<string> ChannelNames => _colour == ImageColour.Rgb ? ["red", "green", "blue"] : [];

    private string Colour => (_colour, _isLevels) switch
    {
        (ImageColour.Rgb, _) => "three channels from 0 to 1",
        (_, true) => "grey levels as symbols",
        _ => "one channel from 0 to 1",
    };

    public override SequenceContent Read(FileInfo file)
    {
        PixelImage image = ImageFile.Read(file.FullName, _colour);
        if (_side is { } side) image = ImageScaling.Scale(image, side, side);
        else if (_first is not null && (image.Width, image.Height) != (_first.Width, _first.Height))
            throw new RowFault(1, FormattableString.Invariant($"found {image.Width} x {image.Height} pixels, the first image has {_first.Width} x {_first.Height}; 'resize' in [task] makes them equal"));
        if (_isLevels) return new SequenceContent.Levels(image.Bytes, _colour == ImageColour.Rgb ? 3 : 1);
        return new SequenceContent.Reals(Array.ConvertAll(image.Bytes, b => b / 255f), _colour == ImageColour.Rgb ? 3 : 1);
    }

    private PixelImage? TryRead(FileInfo file)
    {
        try
        {
            return ImageFile.Read(file.FullName, _colour);
        }
        catch (LengthwiseException)
        {
            return null;
        }
    }
}
