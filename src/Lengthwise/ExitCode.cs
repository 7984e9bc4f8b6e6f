namespace Lengthwise;

/// <summary>Exit codes of the command.</summary>
public enum ExitCode
{
    /// <summary>Done.</summary>
    Done = 0,

    /// <summary>Failed while running.</summary>
    Failed = 1,

    /// <summary>Wrong usage or recipe.</summary>
    Usage = 2,

    /// <summary>Data missing or corrupt.</summary>
    Data = 3,

    /// <summary>A stated bar was missed.</summary>
    BarMissed = 4,

    /// <summary>Interrupted, with a checkpoint.</summary>
    Interrupted = 130,
}
