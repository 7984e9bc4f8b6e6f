using Lengthwise.Experiments;
using Lengthwise.Modeling.Training;

namespace Lengthwise.Modeling.Tests.Training;

public sealed class PhaseDiagnosticsTests
{
    [Theory]
    [InlineData(100, 50, true)]
    [InlineData(50, 100, false)]
    [InlineData(5, 1, false)]
    public void Evaluations_that_take_longer_than_training_are_a_note_with_their_share(double evaluation, double training, bool isNoted)
    {
        var diagnostics = new PhaseDiagnostics(null, []);
        PhaseSetup setup = Setup();

        diagnostics.AfterPhase(setup, new PhaseState { EvaluationSeconds = evaluation, TrainSeconds = training, Evaluations = 20, Step = 7 });

        Assert.Equal(isNoted ? ["validation-dominates"] : Array.Empty<string>(), diagnostics.Made.Select(d => d.Code));
        if (!isNoted) return;
        Assert.Equal(DiagnosisSeverity.Note, diagnostics.Made[0].Severity);
        Assert.Contains("20 evaluations took 67 % of the phase's 150 s", diagnostics.Made[0].Message, StringComparison.Ordinal);
    }

    // Only the phase's name is looked at.
    private static PhaseSetup Setup() => new(PhaseFactory.Finetune, null!, null!, null!, null!, null!, null!, null!, 0, 1);
}
