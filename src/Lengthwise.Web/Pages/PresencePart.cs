using Lengthwise.Web.Access;
using Lengthwise.Web.Tracking;

namespace Lengthwise.Web.Pages;

/// <summary>Who trains here, and the button that goes with it.</summary>
internal static class PresencePart
{
    /// <summary>The part.</summary>
    /// <param name="presence">Who trains.</param>
    /// <param name="isDone">Whether nothing is left to do.</param>
    /// <param name="left">What is left, as a clause; may be empty.</param>
    /// <param name="path">What it is about.</param>
    /// <param name="token">The page's secret.</param>
    /// <param name="hasButtons">Whether it is started and stopped from here.</param>
    public static Part Of(Presence presence, bool isDone, string left, string path, AccessToken token, bool hasButtons = true) => Part.Of("presence", page =>
    {
        page.Add($"<section id=\"presence\" class=\"presence {ClassOf(presence, isDone)}\" aria-label=\"Who is training\">\n<p><strong>{Sentence(presence, isDone)}</strong> {left}</p>\n");
        if (presence.Failure.Length > 0) page.Add($"<p class=\"failure\">Resuming it failed: {presence.Failure}</p>\n");
        if (hasButtons && presence.Process is not null && !presence.IsStopping) PageShell.Button(page, "stop", "Stop", path, token);
        if (hasButtons && !presence.IsActive && !isDone) PageShell.Button(page, "resume", "Resume", path, token);
        page.Add($"</section>");
    });

    /// <summary>Who trains, as a sentence.</summary>
    public static string Sentence(Presence presence, bool isDone) => presence switch
    {
        { IsStopping: true } => "Stopping: every run under way saves a checkpoint.",
        { Process: { } process } => $"Training, process {process}.",
        { IsStarting: true } => "Starting.",
        _ when isDone => "Done.",
        _ => "Nobody is training here.",
    };

    private static string ClassOf(Presence presence, bool isDone) => presence.IsActive ? "active" : isDone ? "done" : "idle";
}
