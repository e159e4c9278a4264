using System.Buffers;
using System.Text;
using FastStream.Protocol;

namespace FastStream.Engine.Ingress.Tcp;

/// <summary>One line for bytes that are no good frame: what, which value, what to do.</summary>
internal static class FrameFaultText
{
    private const int VersionOffset = 4;

    public static string Of(FrameError error, in ReadOnlySequence<byte> bytes, FrameLimits limits)
    {
        ErrorCode code = error.ToErrorCode();
        return error switch
        {
            FrameError.BadMagic =>
                $"the bytes {Start(bytes)} start no FastStream frame: {code.Remedy()}",
            FrameError.WrongVersion =>
                $"the frame is of protocol version {Byte(bytes, VersionOffset)}, this server speaks "
                + $"{WireFormat.Version}: {code.Remedy()}",
            FrameError.FrameTooLarge =>
                $"the frame is larger than {limits.MaxFrameBytes} bytes: {code.Remedy()}",
            FrameError.TooManyRecords =>
                $"the frame has more than {limits.MaxRecordsPerFrame} records: {code.Remedy()}",
            _ => $"the frame is broken ({error}): {code.Remedy()}",
        };
    }

    private static string Start(in ReadOnlySequence<byte> bytes)
    {
        Span<byte> start = stackalloc byte[4];
        int count = (int)Math.Min(bytes.Length, start.Length);
        bytes.Slice(0, count).CopyTo(start);
        StringBuilder text = new();
        foreach (byte value in start[..count])
        {
            text.Append(text.Length > 0 ? " " : "").Append(value.ToString("x2", null));
        }

        return text.ToString();
    }

    private static int Byte(in ReadOnlySequence<byte> bytes, int offset) =>
        bytes.Length > offset ? bytes.Slice(offset, 1).FirstSpan[0] : 0;
}
