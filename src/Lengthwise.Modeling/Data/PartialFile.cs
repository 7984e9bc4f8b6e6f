using System.Diagnostics;
using System.Globalization;

namespace Lengthwise.Modeling.Data;

/// <summary>Names of files and folders that are still being written: each says which process of which machine writes it.</summary>
internal static class PartialFile
{
    private static int _number;

    private static string Machine => Environment.MachineName.Replace('.', '-');

    /// <summary>A name beside <paramref name="path"/> that no other writer uses.</summary>
    public static string NameFor(string path) =>
        string.Create(CultureInfo.InvariantCulture, $"{path}.{Machine}.{Environment.ProcessId}.{Interlocked.Increment(ref _number)}.partial");

    /// <summary>Deletes what processes of this machine left behind when they were killed.</summary>
    public static void RemoveAbandoned(DirectoryInfo folder)
    {
        foreach (FileSystemInfo item in folder.EnumerateFileSystemInfos("*.partial"))
        {
            string[] parts = item.Name.Split('.');
            bool isOurs = parts.Length >= 5 && parts[^4] == Machine;
            if (isOurs && int.TryParse(parts[^3], NumberStyles.None, CultureInfo.InvariantCulture, out int process) && !IsRunning(process))
                Delete(item);
        }
    }

    private static void Delete(FileSystemInfo item)
    {
        if (item is DirectoryInfo folder) folder.Delete(recursive: true);
        else item.Delete();
    }

    private static bool IsRunning(int process)
    {
        try
        {
            using Process found = Process.GetProcessById(process);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
