namespace Lengthwise.Web;

/// <summary>Starts trainers for the page's resume button. They live on when the page ends.</summary>
public interface ITrainers
{
    /// <summary>Continues the comparison or run of a folder as it was last started.</summary>
    /// <exception cref="LengthwiseException">It does not say how it was started, or the program did not start.</exception>
    ITrainer Continue(DirectoryInfo folder);
}

/// <summary>A trainer that was started here.</summary>
public interface ITrainer
{
    /// <summary>Whether its process has ended.</summary>
    bool HasEnded { get; }

    /// <summary>Why it failed, as a clause; null while it runs and when it ended well or was asked to stop.</summary>
    string? Failure { get; }
}
