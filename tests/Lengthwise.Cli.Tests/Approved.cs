using System.Runtime.CompilerServices;

namespace Lengthwise.Cli.Tests;

/// <summary>Compares text that a person sees with a file that a person has approved.</summary>
internal static class Approved
{
    /// <summary>
    /// Fails when the text differs from <c>Approved/NAME.txt</c>, and leaves what was received beside it; to approve, rename that file.
    /// </summary>
    public static void Matches(string name, string received, [CallerFilePath] string caller = "")
    {
        string folder = Path.Combine(FolderOfProject(caller), "Approved");
        string approvedPath = Path.Combine(folder, $"{name}.txt"), receivedPath = Path.Combine(folder, $"{name}.received.txt");
        string approved = File.Exists(approvedPath) ? File.ReadAllText(approvedPath).ReplaceLineEndings("\n") : "";
        received = received.ReplaceLineEndings("\n");
        if (approved == received)
        {
            File.Delete(receivedPath);
            return;
        }
        File.WriteAllText(receivedPath, received);
        Assert.Equal(approved, received);
    }

    private static string FolderOfProject(string caller)
    {
        string folder = Path.GetDirectoryName(caller)!;
        while (Directory.GetFiles(folder, "*.csproj").Length == 0) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
