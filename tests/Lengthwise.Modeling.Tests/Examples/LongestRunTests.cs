using System.Text.RegularExpressions;
using Lengthwise.Experiments;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Modeling.Tests.Data;
using Lengthwise.Modeling.Training;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Tests.Examples;

/// <summary>The worked example of docs/adding-a-task.md is this file, does what it says, and trains.</summary>
public sealed class LongestRunTests
{
    [Fact]
    public void The_page_shows_the_file_that_is_compiled()
    {
        string page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "adding-a-task.md"));
        string file = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Examples", "LongestRun.cs"));

        Assert.Contains(file.ReplaceLineEndings("\n").TrimEnd(), page.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_are_those_of_another_algorithm_and_the_splits_share_no_row()
    {
        using PreparedTask data = new LongestRun(new LongestRunSettings()).Prepare(new DirectoryInfo("unused"), null, CancellationToken.None);

        var seen = new HashSet<string>();
        foreach (SequenceSplit split in (SequenceSplit[])[data.Train, data.Validation, data.Test])
            for (int row = 0; row < split.Count; row++)
            {
                string text = string.Concat(split.Tokens(row).ToArray().Select(t => t == 2 ? 'a' : 'b'));
                int a = Regex.Matches(text, "a+").Select(m => m.Length).DefaultIfEmpty(0).Max(), b = Regex.Matches(text, "b+").Select(m => m.Length).DefaultIfEmpty(0).Max();
                Assert.Equal(b > a ? 1 : 0, split.Label(row));
                Assert.True(seen.Add(text));
            }
    }

    [Fact]
    public void It_trains_like_any_other_task()
    {
        using var folder = new TemporaryFolder();
        string text = "[task]\nname = 'parity'\n[model]\nname = 's4d'\nd_model = 8\nn_layers = 1\nd_state = 8\n[objective]\nname = 'masked'\n[optimizer]\nbatch_size = 8\n[budget]\nunit = 'steps'\npretrain = 2\nfinetune = 2\n";
        Recipe recipe = RecipeReader.Parse(text, "recipe.toml", [], new SettingsCatalog());
        var options = new RunOptions { Cache = folder.Directory, Task = new LongestRun(new LongestRunSettings { Length = 16, TrainSize = 40, EvaluationSize = 10 }) };

        RunRecord record = TrainingRun.Start(recipe, new RunFolder(new DirectoryInfo(Path.Combine(folder.Directory.FullName, "run"))), options, CancellationToken.None);

        Assert.Equal(("longest-run", 2L, 2L), (record.Task, record.PretrainSteps, record.FinetuneSteps));
        Assert.InRange(record.Test!.Value, 0, 1);
    }
}
