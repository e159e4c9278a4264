using System.Diagnostics;

namespace FastStream.Tests.Protocol;

/// <summary>A theory that needs python3 and is reported as skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PythonTheoryAttribute : TheoryAttribute
{
    public PythonTheoryAttribute()
    {
        if (!PythonStarts())
        {
            Skip = "python3 is not installed here.";
        }
    }

    private static bool PythonStarts()
    {
        try
        {
            using Process? process = Process.Start(
                new ProcessStartInfo("python3", "--version") { RedirectStandardOutput = true });
            return process is not null && process.WaitForExit(TimeSpan.FromSeconds(10));
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
