namespace Lengthwise.Web.Tests;

/// <summary>Starts nothing and remembers what it was asked to start.</summary>
internal sealed class RecordedTrainers : ITrainers
{
    public List<string> Continued { get; } = [];

    public ITrainer Continue(DirectoryInfo folder)
    {
        Continued.Add(folder.Name);
        return new Idle();
    }

    private sealed class Idle : ITrainer
    {
        public bool HasEnded => true;

        public string? Failure => null;
    }
}
