namespace Lengthwise.Tests.Recipes;

/// <summary>Compares text that a person sees with an approved file of this folder.</summary>
internal static class Approved
{
    public static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "Recipes", file);

    /// <summary>Fails when the text differs, and leaves it beside the approved copy as <c>.received.txt</c>.</summary>
    public static void Equal(string name, string text)
    {
        string approved = File.ReadAllText(PathOf($"{name}.approved.txt"));
        if (approved != text) File.WriteAllText(PathOf($"{name}.received.txt"), text);
        Assert.Equal(approved, text);
    }
}
