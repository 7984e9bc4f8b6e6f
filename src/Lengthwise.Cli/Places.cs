using System.CommandLine;

namespace Lengthwise.Cli;

/// <summary>Default folders, and the options that change them.</summary>
internal static class Places
{
    /// <summary>Folder that holds runs unless <c>--out</c> says otherwise.</summary>
    public const string Runs = "runs";

    /// <summary>Recipes and presets that come with the program.</summary>
    public static DirectoryInfo Recipes { get; } = new(Path.Combine(AppContext.BaseDirectory, "recipes"));

    /// <summary>
    /// Prepared data of every task, shared by all runs: <c>lengthwise</c> below the user's cache folder
    /// (<c>XDG_CACHE_HOME</c> or <c>~/.cache</c>; the local application data on Windows).
    /// </summary>
    public static DirectoryInfo DefaultCache()
    {
        if (OperatingSystem.IsWindows())
            return Below(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "cache");
        string? xdg = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        // The specification asks to ignore relative paths.
        if (!string.IsNullOrEmpty(xdg) && Path.IsPathRooted(xdg)) return Below(xdg);
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
        return home.Length > 0 ? Below(Path.Combine(home, ".cache")) : Below(Path.GetTempPath());
    }

    /// <summary><c>--cache</c>.</summary>
    public static Option<DirectoryInfo> CacheOption() => new("--cache")
    {
        HelpName = "FOLDER",
        Description = "Where prepared data is kept; by default 'lengthwise' in your cache folder.",
    };

    /// <summary>The folder given with <c>--cache</c>, or the default.</summary>
    public static DirectoryInfo Cache(ParseResult parsed, Option<DirectoryInfo> option) => parsed.GetValue(option) ?? DefaultCache();

    /// <summary>The file of a recipe given by its path, or as <c>TASK/NAME</c> of a shipped one.</summary>
    public static string RecipeFile(string given)
    {
        if (File.Exists(given)) return given;
        string shipped = Path.Combine(Recipes.FullName, Path.HasExtension(given) ? given : $"{given}.toml");
        // The reader says what is wrong with the path as it was given.
        return File.Exists(shipped) ? shipped : given;
    }

    private static DirectoryInfo Below(string folder, string leaf = "") => new(Path.Combine(folder, "lengthwise", leaf));
}
