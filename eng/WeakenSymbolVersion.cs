using System;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Sets VER_FLG_WEAK on one entry of an ELF library's .gnu.version_r, so that a C++ runtime without that version still loads it.
/// Works on a copy that then replaces the file: the file may be a hard link into the package cache.
/// </summary>
public sealed class WeakenSymbolVersion : Task
{
    private const uint SectionTypeVersionNeeds = 0x6ffffffe;
    private const ushort FlagWeak = 0x2;

    [Required] public string Library { get; set; }
    [Required] public string SymbolVersion { get; set; }

    public override bool Execute()
    {
        byte[] bytes = File.ReadAllBytes(Library);
        int flags = FindFlags(bytes);
        if (flags < 0) return true;
        ushort value = BitConverter.ToUInt16(bytes, flags);
        if ((value & FlagWeak) != 0) return true;

        bytes[flags] |= (byte)FlagWeak;
        DateTime written = File.GetLastWriteTimeUtc(Library);
        string beside = Library + "." + Guid.NewGuid().ToString("N");
        File.WriteAllBytes(beside, bytes);
        File.SetLastWriteTimeUtc(beside, written);
        File.Delete(Library);
        File.Move(beside, Library);
        Log.LogMessage(MessageImportance.Normal, "{0}: {1} is now a weak requirement", Library, SymbolVersion);
        return true;
    }

    /// <summary>Offset of vna_flags of the wanted version, or -1 when the library does not ask for it.</summary>
    private int FindFlags(byte[] b)
    {
        bool isElf64 = b.Length > 64 && b[0] == 0x7f && b[1] == (byte)'E' && b[2] == (byte)'L' && b[3] == (byte)'F' && b[4] == 2 && b[5] == 1;
        if (!isElf64) return -1;

        long sections = BitConverter.ToInt64(b, 0x28);
        int entrySize = BitConverter.ToUInt16(b, 0x3a);
        int count = BitConverter.ToUInt16(b, 0x3c);
        for (int i = 0; i < count; i++)
        {
            int header = (int)(sections + (long)i * entrySize);
            if (BitConverter.ToUInt32(b, header + 4) != SectionTypeVersionNeeds) continue;
            int strings = (int)(sections + (long)BitConverter.ToUInt32(b, header + 0x28) * entrySize);
            return FindFlags(b, (int)BitConverter.ToInt64(b, header + 0x18), (int)BitConverter.ToInt64(b, strings + 0x18));
        }
        return -1;
    }

    private int FindFlags(byte[] b, int need, int strings)
    {
        while (true)
        {
            int entries = BitConverter.ToUInt16(b, need + 2);
            int aux = need + (int)BitConverter.ToUInt32(b, need + 8);
            for (int j = 0; j < entries; j++)
            {
                int name = strings + (int)BitConverter.ToUInt32(b, aux + 8);
                if (Matches(b, name)) return aux + 4;
                aux += (int)BitConverter.ToUInt32(b, aux + 12);
            }
            uint next = BitConverter.ToUInt32(b, need + 12);
            if (next == 0) return -1;
            need += (int)next;
        }
    }

    private bool Matches(byte[] b, int at)
    {
        byte[] wanted = Encoding.ASCII.GetBytes(SymbolVersion);
        for (int i = 0; i < wanted.Length; i++)
            if (b[at + i] != wanted[i]) return false;
        return b[at + wanted.Length] == 0;
    }
}
