using FastStream.Protocol;

namespace FastStream.Cli.Generation;

/// <summary>
/// The answers to a load, counted, and in a file if asked for: <c>ACK n</c>, <c>DUP n</c>, <c>REF n reason</c>, each
/// line handed to the operating system before the next, so that it outlives this process. Used by the receiving thread.
/// </summary>
internal sealed class AnswerLog : IDisposable
{
    private readonly StreamWriter? _file;

    public AnswerLog(string? path)
    {
        if (path is null)
        {
            return;
        }

        try
        {
            FileStream stream = new(path, FileMode.Append, FileAccess.Write, FileShare.Read);
            _file = new StreamWriter(stream) { AutoFlush = true };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.Failed, $"cannot write --out {path}: {error.Message}", error);
        }
    }

    public long AckedFrames { get; private set; }

    public long DuplicateFrames { get; private set; }

    public long RefusedFrames { get; private set; }

    /// <summary>Why the first of them was refused; null while there is none. Later ones often follow from it.</summary>
    public CommandFailure? FirstRefusal { get; private set; }

    public void Acked(long sequence)
    {
        AckedFrames++;
        _file?.WriteLine($"ACK {sequence}");
    }

    public void Duplicate(long sequence)
    {
        DuplicateFrames++;
        _file?.WriteLine($"DUP {sequence}");
    }

    /// <summary>A refusal that is not final is sent again, and not counted.</summary>
    public void Refused(long sequence, ErrorCode code, string text, bool isFinal)
    {
        if (isFinal)
        {
            RefusedFrames++;
            FirstRefusal ??= ServerErrors.ToFailure(code, $"frame {sequence} refused: {code.WireName()}: {text}");
        }

        _file?.WriteLine($"REF {sequence} {code.WireName()}");
    }

    public void Dispose()
    {
        _file?.Dispose();
    }
}
