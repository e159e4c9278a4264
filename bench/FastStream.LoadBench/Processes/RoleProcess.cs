using System.Diagnostics;

namespace FastStream.LoadBench.Processes;

/// <summary>
/// This program once more in another role. It is asked by lines on its input and answers by lines on its output, and
/// ends when its input does, so that nothing is left behind whatever happens to the asker.
/// </summary>
internal sealed class RoleProcess : IDisposable
{
    private readonly Process _process;

    private RoleProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public static RoleProcess Start(params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(typeof(RoleProcess).Assembly.Location);
        }

        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return new RoleProcess(Process.Start(start)!);
    }

    public string Ask(string question)
    {
        _process.StandardInput.WriteLine(question);
        _process.StandardInput.Flush();
        return ReadLine();
    }

    public string ReadLine() => _process.StandardOutput.ReadLine()
        ?? throw new InvalidOperationException("The other process ended; what it said stands above.");

    /// <summary>No last word, no flush.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        try
        {
            _process.StandardInput.Close();
            if (!_process.WaitForExit(TimeSpan.FromSeconds(30)))
            {
                _process.Kill();
            }
        }
        catch (InvalidOperationException)
        {
            // It has gone already.
        }

        _process.Dispose();
    }
}
