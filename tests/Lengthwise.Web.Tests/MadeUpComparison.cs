using Lengthwise.Experiments;
using Lengthwise.Recipes;

namespace Lengthwise.Web.Tests;

/// <summary>A comparison's folder as a trainer leaves it, in any state; nothing is trained.</summary>
internal sealed class MadeUpComparison : IDisposable
{
    private const string Budget = "[task]\nname = \"sorting\"\n[model]\nname = \"attention\"\n[objective]\nname = \"masked\"\n[budget]\nunit = \"steps\"\npretrain = 40\nfinetune = 60\nevaluations = 5\n";
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("lengthwise-web-");

    public MadeUpComparison(int seeds = 2, int arms = 2)
    {
        Plan = new StoredPlan
        {
            Preset = "small",
            Command = "lengthwise compare sorting --preset small",
            Arms =
            [
                .. Enumerable.Range(0, arms).Select(i => new StoredArm
                {
                    Name = $"sorting-model{i / 2}-{(i % 2 == 0 ? "scratch" : "masked")}",
                    Task = "sorting",
                    Model = $"model{i / 2}",
                    Objective = i % 2 == 0 ? ObjectiveKind.Scratch : ObjectiveKind.Masked,
                    Seeds = [.. Enumerable.Range(1, seeds).Select(s => (long)s)],
                    Recipe = Budget,
                }),
            ],
        };
        Plan.Write(Folder.PlanPath);
    }

    public StoredPlan Plan { get; }

    /// <summary>The folder that holds the comparison.</summary>
    public DirectoryInfo Root => _root;

    public ComparisonFolder Folder => new(new DirectoryInfo(Path.Combine(_root.FullName, "small")));

    public RunFolder Cell(int arm, long seed) => Folder.Cell(Plan.Arms[arm].CellName(seed));

    /// <summary>A run that was begun, with metrics up to a step of its second phase.</summary>
    public RunFolder Begin(int arm, long seed, long steps)
    {
        RunFolder run = Cell(arm, seed);
        run.Directory.Create();
        File.WriteAllText(run.RecipePath, Budget);
        Append(run, "pretrain", 10, 40);
        if (steps > 0) Append(run, "finetune", 10, steps);
        return run;
    }

    /// <summary>Lines as a trainer writes them, every so many steps.</summary>
    public static void Append(RunFolder run, string phase, long every, long last, long first = 0)
    {
        for (long step = first + every; step <= last; step += every)
        {
            foreach (string split in (string[])["train", "validation"])
            {
                var line = new MetricLine { Phase = phase, Split = split, Step = step, Epoch = step / 10.0, Loss = 1.0 / step, Metric = step / 100.0, Tokens = 100 * step, Seconds = 0.1 * step, TokensPerSecond = 1000 };
                File.AppendAllText(run.MetricsPath, MetricsFile.Format(line) + "\n");
            }
        }
    }

    /// <summary>A finished run.</summary>
    public RunFolder Finish(int arm, long seed, double test = 0.875, double seconds = 10)
    {
        RunFolder run = Begin(arm, seed, 60);
        StoredArm planned = Plan.Arms[arm];
        RunRecordFile.Write(run.ResultPath, new RunRecord
        {
            Task = planned.Task,
            TaskVersion = 1,
            Model = planned.Model,
            Objective = Naming.ToKey(planned.Objective),
            Seed = seed,
            Parameters = 1000,
            Metric = "accuracy",
            Validation = test,
            Test = test,
            TestItems = 100,
            Seconds = seconds,
            TokensPerSecond = 1000,
            PeakMemoryBytes = 300_000_000,
            Run = run.Name,
        });
        return run;
    }

    public void Dispose() => _root.Delete(recursive: true);
}
