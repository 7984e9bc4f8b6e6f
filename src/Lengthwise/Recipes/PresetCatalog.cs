namespace Lengthwise.Recipes;

/// <summary>A preset or recipe that can be asked for by name.</summary>
/// <param name="Task">Name of the task, the folder above.</param>
/// <param name="Name">Name of the preset's folder, or of the recipe's file without its ending.</param>
/// <param name="Path">The folder or file.</param>
/// <param name="Summary">First line of the header comment; empty when there is none.</param>
public sealed record RecipeListing(string Task, string Name, string Path, string Summary);

/// <summary>
/// The recipes below a folder: presets in <c>TASK/NAME/</c> (with a <c>compare.toml</c>), recipes of single runs in
/// <c>TASK/NAME.toml</c>.
/// </summary>
/// <param name="root">The <c>recipes</c> folder; it need not exist.</param>
public sealed class PresetCatalog(DirectoryInfo root)
{
    private const int LongestHeader = 4096;

    /// <summary>Presets by task and name.</summary>
    public IReadOnlyList<RecipeListing> Presets => [..
        from task in TaskFolders
        from folder in task.EnumerateDirectories().OrderBy(d => d.Name, StringComparer.Ordinal)
        let compare = new FileInfo(Path.Combine(folder.FullName, PresetReader.CompareFile))
        where compare.Exists
        select new RecipeListing(task.Name, folder.Name, folder.FullName, SummaryOf(compare))];

    /// <summary>Recipes of single runs by task and name.</summary>
    public IReadOnlyList<RecipeListing> Recipes => [..
        from task in TaskFolders
        from file in task.EnumerateFiles("*.toml").OrderBy(f => f.Name, StringComparer.Ordinal)
        select new RecipeListing(task.Name, Path.GetFileNameWithoutExtension(file.Name), file.FullName, SummaryOf(file))];

    /// <summary>The folder of a preset.</summary>
    /// <param name="task">The task whose presets are looked through.</param>
    /// <param name="preset">A preset's name, or else the path of a folder with a <c>compare.toml</c>.</param>
    /// <exception cref="LengthwiseException">There is no such preset.</exception>
    public DirectoryInfo Resolve(string task, string preset)
    {
        IReadOnlyList<RecipeListing> all = Presets;
        string[] names = [.. all.Where(p => p.Task == task).Select(p => p.Name)];
        if (names.Contains(preset)) return new DirectoryInfo(Path.Combine(root.FullName, task, preset));
        if (preset.Length > 0 && File.Exists(Path.Combine(preset, PresetReader.CompareFile))) return new DirectoryInfo(preset);

        string hint = names.Length > 0
            ? Suggestions.Hint($"presets of {task}", preset, names)
            : Suggestions.Hint("tasks with presets", task, [.. all.Select(p => p.Task).Distinct()]);
        throw new LengthwiseException(ExitCode.Usage,
            $"there is no preset {RecipeProblemText.Quote(preset)} for task {RecipeProblemText.Quote(task)}",
            $"{hint}\na preset can also be the path of a folder that holds {PresetReader.CompareFile}");
    }

    private IEnumerable<DirectoryInfo> TaskFolders =>
        root.Exists ? root.EnumerateDirectories().OrderBy(d => d.Name, StringComparer.Ordinal) : [];

    private static string SummaryOf(FileInfo file)
    {
        try
        {
            using StreamReader reader = file.OpenText();
            var head = new char[LongestHeader];
            int count = reader.ReadBlock(head);
            return new string(head, 0, count).Split('\n')
                .Select(line => line.Trim())
                .TakeWhile(line => line.Length == 0 || line[0] == '#')
                .Select(line => line.TrimStart('#').Trim())
                .FirstOrDefault(line => line.Length > 0, "");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
