namespace Lengthwise.Modeling.Tests.Data;

/// <summary>A folder that lives as long as a test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public DirectoryInfo Directory { get; } = System.IO.Directory.CreateTempSubdirectory("lengthwise-test-");

    public string this[string name] => Path.Combine(Directory.FullName, name);

    public void Dispose() => Directory.Delete(recursive: true);
}
