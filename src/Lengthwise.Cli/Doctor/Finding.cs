namespace Lengthwise.Cli.Doctor;

/// <summary>One line of the doctor's report.</summary>
/// <param name="Name">What was looked at.</param>
/// <param name="Value">What was found.</param>
/// <param name="Problem">What is wrong with it; empty when nothing is.</param>
/// <param name="Fix">What to do about it.</param>
internal sealed record Finding(string Name, string Value, string Problem = "", string Fix = "");
