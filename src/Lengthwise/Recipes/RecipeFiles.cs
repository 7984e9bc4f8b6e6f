using System.Text;

namespace Lengthwise.Recipes;

/// <summary>Reads recipe files and the files they extend into one layer of keys.</summary>
internal static class RecipeFiles
{
    /// <summary>A recipe is a page; more than this is not a recipe.</summary>
    public const int LargestBytes = 1024 * 1024;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static RecipeLayer Load(string path, RecipeProblems problems) => Load(path, new RecipePlace(path), [], problems);

    public static RecipeLayer FromText(string text, string file, RecipeProblems problems) =>
        FromText(text, file, [Identity(file)], problems);

    private static RecipeLayer Load(string path, RecipePlace askedFrom, List<string> open, RecipeProblems problems)
    {
        if (ReadText(path, askedFrom, problems) is not { } text) return new RecipeLayer(path);
        return FromText(text, path, [.. open, Identity(path)], problems);
    }

    private static RecipeLayer FromText(string text, string file, List<string> open, RecipeProblems problems)
    {
        problems.Read(file);
        if (text.Length > LargestBytes)
        {
            ReportTooLarge(new RecipePlace(file), problems);
            return new RecipeLayer(file);
        }
        RecipeDocument document = RecipeDocument.Parse(text.TrimStart('\uFEFF'), file, problems);
        if (document.Extends is not { } extends) return document.Layer;
        if (extends.Content is not string name || !StaysBelow(name))
        {
            problems.Add(extends.Place, $"'extends' is {extends.Describe()}; expected the name of a file in the same folder or below it",
                "such as extends = \"compare.toml\"");
            return document.Layer;
        }
        string path = Path.Combine(Path.GetDirectoryName(file) ?? "", name);
        if (open.Contains(Identity(path)))
        {
            problems.Add(extends.Place, $"{RecipeProblemText.Quote(name)} extends itself, directly or through another file",
                "remove one 'extends'");
            return document.Layer;
        }
        return Load(path, extends.Place, open, problems).With(document.Layer);
    }

    private static bool StaysBelow(string name) =>
        name.Length is > 0 and < 1000
        && !name.Any(char.IsControl)
        && !Path.IsPathRooted(name)
        && !name.Split('/', '\\').Any(part => part is ".." || part.Contains(':', StringComparison.Ordinal));

    private static string Identity(string path)
    {
        try
        {
            return Path.GetFullPath(path);
        }
        catch (Exception e) when (e is ArgumentException or IOException or NotSupportedException)
        {
            return path;
        }
    }

    private static string? ReadText(string path, RecipePlace askedFrom, RecipeProblems problems)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[LargestBytes + 1];
            int count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (count <= LargestBytes) return Utf8.GetString(bytes, 0, count);
            ReportTooLarge(new RecipePlace(path), problems);
        }
        catch (DecoderFallbackException)
        {
            problems.AddSyntaxError(new RecipePlace(path), "the file is not UTF-8 text", "Save it as UTF-8.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            problems.AddSyntaxError(askedFrom, $"there is no file {RecipeProblemText.Quote(path)}", Neighbours(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            string why = Directory.Exists(path) ? "it is a folder" : e.Message;
            problems.AddSyntaxError(askedFrom, $"cannot read {RecipeProblemText.Quote(path)}: {why}", "");
        }
        return null;
    }

    private static void ReportTooLarge(RecipePlace place, RecipeProblems problems) =>
        problems.AddSyntaxError(place, $"the file is larger than {LargestBytes / 1024} KiB; a recipe is a page of text",
            "Is this the right file?");

    private static string Neighbours(string path)
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(Path.GetFullPath(path))!);
        if (!folder.Exists) return $"The folder {RecipeProblemText.Quote(folder.FullName)} does not exist either.";
        string[] files = [.. folder.EnumerateFiles("*.toml").Select(f => f.Name).Order(StringComparer.Ordinal).Take(20)];
        return Suggestions.Hint("recipes there", Path.GetFileName(path), files);
    }
}
