using System.Text;
using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.Overload.Clients;

/// <summary>The server answered with an error frame.</summary>
internal sealed class RefusedException(ErrorCode code, string text) : Exception($"{code}: {text}")
{
    /// <summary>Why.</summary>
    public ErrorCode Code { get; } = code;

    /// <summary>Reads the payload of an error frame.</summary>
    public static RefusedException Of(ReadOnlySpan<byte> payload) =>
        ErrorReader.TryRead(payload, out ErrorReader error) == FrameError.None
            ? new RefusedException(error.Code, Encoding.UTF8.GetString(error.Text))
            : throw new InvalidDataException("an error frame cannot be read");
}
