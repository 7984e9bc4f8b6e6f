namespace Lengthwise.Experiments;

/// <summary>An arm that was asked for and is not run, because its model cannot learn from its objective.</summary>
/// <param name="Task">Task.</param>
/// <param name="Model">Model.</param>
/// <param name="Objective">Objective.</param>
/// <param name="Reason">Why not, as a clause.</param>
public sealed record InapplicableArm(string Task, string Model, string Objective, string Reason)
{
    /// <summary>As <see cref="ArmPlan.Name"/>.</summary>
    public string Name => $"{Task}-{Model}-{Objective}";
}
