namespace Lengthwise.Reports.Plots;

/// <summary>How one arm looks in every figure: colour and marker say the model, dash and fill say the objective.</summary>
/// <param name="Model">Number of the model within its task.</param>
/// <param name="Objective">Objective.</param>
internal sealed record SeriesStyle(int Model, string Objective)
{
    private const int Colours = 8;

    /// <summary>Class that sets the colour.</summary>
    public string Colour => "c" + (char)('0' + Model % Colours);

    /// <summary>Class that sets the dash of lines.</summary>
    public string Dash => Objective switch
    {
        Arms.Scratch or Arms.MatchedScratch => "dashed",
        "masked" => "solid",
        "causal" => "dotted",
        _ => "mixed",
    };

    /// <summary>Class that fills the marker, or leaves it hollow for arms from scratch.</summary>
    public string Fill => Arms.IsScratch(Objective) ? "hollow" : "filled";
}
