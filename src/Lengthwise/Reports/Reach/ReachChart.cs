using System.Globalization;
using System.Text;
using Lengthwise.Diagnoses;
using Lengthwise.Reports.Html;
using Lengthwise.Reports.Plots;

namespace Lengthwise.Reports.Reach;

/// <summary>Mass by distance of one arm: a line a moment, mean over layers, heads and seeds; every seed thin; uniform attention dotted.</summary>
internal sealed class ReachChart(ReachArm arm, ReachKind kind, IReadOnlyList<RunReach> runs)
{
    /// <summary>Width of the picture.</summary>
    public const double Width = 460;

    private const double Left = 46, Right = 446, Top = 66, Bottom = 250, AxisRoom = 46;
    private readonly IReadOnlyList<int> _upTo = runs[0].UpTo;

    /// <summary>Height of the picture.</summary>
    public const double Height = Bottom + AxisRoom;

    /// <summary>What it shows.</summary>
    public string Heading { get; } = $"{arm.Model}, {arm.Objective}: {(kind == ReachKind.Attention ? "attention" : "kernels")} by distance";

    /// <summary>The charts of a document, one an arm and kind.</summary>
    public static IReadOnlyList<ReachChart> Of(ReachDocument document) =>
    [
        .. document.Summary.Levels.Select(l => (l.Arm, l.Kind)).Distinct().Select(panel => new ReachChart(
            panel.Arm, panel.Kind,
            [.. document.Runs.Where(r => new ReachArm(r.Task, r.Model, r.Objective) == panel.Arm && r.Moments.Any(m => m.Layers.Any(l => l.Kind == panel.Kind)))]))
    ];

    /// <summary>The picture with its description.</summary>
    /// <param name="id">Unique on the page.</param>
    public Markup Render(string id) => Draw().Render(id, Heading, Describe());

    /// <summary>The picture alone.</summary>
    public Drawing Draw()
    {
        var drawing = new Drawing(Width, Height);
        double[] uniform = Uniform();
        (TrainingMoment Moment, double[][] Seeds)[] curves = Curves();
        double most = curves.SelectMany(c => c.Seeds).Append(uniform).SelectMany(v => v).Max();
        var y = new Axis(0, Math.Max(1e-6, 1.05 * most), Bottom, Top);
        var x = new Axis(0, Math.Max(1, _upTo.Count - 1), Left + 8, Right - 8);

        drawing.Text(Left, 14, Heading, "strong");
        drawing.Text(Left, 30, "share of the mass in %, bins of distance that double", "muted");
        Legend.Draw(drawing, [.. curves.Select(c => (ReachWording.Name(c.Moment), StyleOf(c.Moment)))], Left, 36, Right - Left, marked: true);
        drawing.VerticalAxis(y, Left, Right, 100);
        Distances(drawing, x);
        Uniform(drawing, x, y, uniform);
        foreach ((TrainingMoment moment, double[][] seeds) in curves) Moment(drawing, x, y, StyleOf(moment), seeds);
        return drawing;
    }

    /// <summary>What there is to see, with the numbers.</summary>
    public string Describe()
    {
        string Line(string name, double[] mass) => $"{name}: {string.Join(", ", mass.Select((m, bin) => $"{ReachWording.Share.Number(m)} % at {DistanceBins.Label(_upTo, bin)}"))}.";
        return string.Join(" ", Curves().Select(c => Line(ReachWording.Name(c.Moment), MeanOf(c.Seeds))).Append(Line("uniform", Uniform())));
    }

    private (TrainingMoment Moment, double[][] Seeds)[] Curves() =>
    [
        .. runs.SelectMany(r => r.Moments.Select(m => m.Moment)).Distinct().Order()
            .Select(m => (m, runs.SelectMany(r => r.Moments.Where(x => x.Moment == m)).Select(x => Mean(x, l => l.Mean())).ToArray()))
    ];

    private double[] Uniform() => Mean(runs[0].Moments[0], l => l.Uniform);

    // Colours and dashes of their own: here a line is a moment, not a model.
    private static SeriesStyle StyleOf(TrainingMoment moment) => moment switch
    {
        TrainingMoment.Initialisation => new SeriesStyle(7, Arms.Scratch),
        TrainingMoment.Pretraining => new SeriesStyle(0, "masked"),
        _ => new SeriesStyle(1, "after"),
    };

    private void Distances(Drawing drawing, Axis x)
    {
        drawing.Line(Left, Bottom, Right, Bottom, "axis");
        // Long labels need room: every other bin where there are many.
        int every = _upTo.Count > 12 ? 2 : 1;
        for (int bin = 0; bin < _upTo.Count; bin++)
        {
            drawing.Line(x.At(bin), Bottom, x.At(bin), Bottom + 4, "axis");
            if (bin % every == 0) drawing.Text(x.At(bin), Bottom + 18, _upTo[bin].ToString(CultureInfo.InvariantCulture), "middle muted");
        }
        drawing.Text((Left + Right) / 2, Bottom + 36, "distance up to, in steps", "middle muted");
    }

    private static void Uniform(Drawing drawing, Axis x, Axis y, double[] uniform)
    {
        drawing.Body.Add($"<path class=\"chance\" fill=\"none\" d=\"{Path(x, y, uniform)}\"/>");
        int peak = Array.IndexOf(uniform, uniform.Max());
        drawing.Text(x.At(peak), y.At(uniform[peak]) - 6, "uniform", "middle muted halo");
    }

    private static void Moment(Drawing drawing, Axis x, Axis y, SeriesStyle style, double[][] seeds)
    {
        if (seeds.Length > 1)
            foreach (double[] seed in seeds) drawing.Body.Add($"<path class=\"seed {style.Colour} {style.Dash}\" d=\"{Path(x, y, seed)}\"/>");
        double[] mean = MeanOf(seeds);
        drawing.Body.Add($"<path class=\"mean {style.Colour} {style.Dash}\" d=\"{Path(x, y, mean)}\"/>");
        for (int bin = 0; bin < mean.Length; bin++) drawing.Mark(style, x.At(bin), y.At(mean[bin]), 3.2);
    }

    private static string Path(Axis x, Axis y, double[] values)
    {
        var path = new StringBuilder();
        for (int bin = 0; bin < values.Length; bin++)
            path.Append(CultureInfo.InvariantCulture, $"{(bin == 0 ? "M" : "L")}{x.At(bin):0.#} {y.At(values[bin]):0.#}");
        return path.ToString();
    }

    private double[] Mean(MomentReach moment, Func<LayerReach, DistanceProfile> profile) =>
        MeanOf([.. moment.Layers.Where(l => l.Kind == kind).Select(l => profile(l).Mass.ToArray())]);

    private static double[] MeanOf(double[][] values) => [.. values[0].Select((_, bin) => values.Average(v => v[bin]))];
}
