namespace FastStream.Protocol;

/// <summary>Name, durability and remedy of each <see cref="ErrorCode"/>.</summary>
public static class ErrorCodes
{
    private static readonly Dictionary<ErrorCode, Entry> s_entries = new()
    {
        [ErrorCode.None] = new("NONE", false, "nothing to do"),
        [ErrorCode.BadMagic] = new("BAD_MAGIC", false, "connect a FastStream client to this port"),
        [ErrorCode.WrongVersion] = new("WRONG_VERSION", false, "use client and server of the same version"),
        [ErrorCode.BadCrc] = new("BAD_CRC", true, "send the frame again; if it stays, check cable and memory"),
        [ErrorCode.BadHeader] = new("BAD_HEADER", false, "build the header as WIRE_FORMAT.md says"),
        [ErrorCode.FrameTooLarge] = new("FRAME_TOO_LARGE", false, "send smaller frames or raise MaxFrameBytes"),
        [ErrorCode.TooManyRecords] = new("TOO_MANY_RECORDS", false, "send fewer records a frame"),
        [ErrorCode.Undecodable] = new("UNDECODABLE", false, "build the payload as WIRE_FORMAT.md says"),
        [ErrorCode.HelloExpected] = new("HELLO_EXPECTED", false, "send a hello first"),
        [ErrorCode.HelloTimeout] = new("HELLO_TIMEOUT", true, "send a hello at once after connecting"),
        [ErrorCode.BadName] = new("BAD_NAME", false, "use 1 to 249 of A-Z a-z 0-9 . _ - without '..'"),
        [ErrorCode.NotAllowed] = new("NOT_ALLOWED", false, "ask the operator for the right to do this"),
        [ErrorCode.TooManyConnections] = new("TOO_MANY_CONNECTIONS", true, "close some or raise the limit"),
        [ErrorCode.TooSlow] = new("TOO_SLOW", true, "read and send without long pauses inside a frame"),
        [ErrorCode.Idle] = new("IDLE", true, "send a ping at least every minute"),
        [ErrorCode.ShuttingDown] = new("SHUTTING_DOWN", true, "connect again when the server is back"),
        [ErrorCode.NotReady] = new("NOT_READY", true, "connect again when recovery is done"),
        [ErrorCode.ProducerBusy] = new("PRODUCER_BUSY", true, "close the other session or use another name"),
        [ErrorCode.UnknownProducer] = new("UNKNOWN_PRODUCER", false, "start a new epoch: connect with epoch 0"),
        [ErrorCode.Fenced] = new("FENCED", false, "stop: a newer session of this producer has taken over"),
        [ErrorCode.OutOfSequence] = new("OUT_OF_SEQUENCE", true, "send again from the expected sequence"),
        [ErrorCode.IdentityReused] = new("IDENTITY_REUSED", false, "never change a frame that was sent once"),
        [ErrorCode.TooManyProducers] = new("TOO_MANY_PRODUCERS", true, "reuse names or raise the limit"),
        [ErrorCode.UnknownStream] = new("UNKNOWN_STREAM", false, "check the name or create the stream"),
        [ErrorCode.UnknownView] = new("UNKNOWN_VIEW", false, "check the name or add the view"),
        [ErrorCode.UnknownSchema] = new("UNKNOWN_SCHEMA", false, "send the schema before its data"),
        [ErrorCode.SchemaConflict] = new("SCHEMA_CONFLICT", false, "use the fields of the stream or a new schema id"),
        [ErrorCode.UnknownKeyId] = new("UNKNOWN_KEY_ID", false, "announce ids densely from 0 before their use"),
        [ErrorCode.KeyLimit] = new("KEY_LIMIT", false, "raise the stream's key limit or choose another key"),
        [ErrorCode.TooManyStreams] = new("TOO_MANY_STREAMS", false, "use a stream that is there or raise the limit"),
        [ErrorCode.WrongKeyKind] = new("WRONG_KEY_KIND", false, "use the stream's key kind, or another stream"),
        [ErrorCode.BadQuery] = new("BAD_QUERY", false, "see HTTP.md for the questions that are understood"),
        [ErrorCode.DiskFull] = new("DISK_FULL", true, "free space; sending resumes by itself"),
        [ErrorCode.Faulted] = new("FAULTED", true, "the journal has failed: look at the server's log and restart it"),
        [ErrorCode.Overloaded] = new("OVERLOADED", true, "send again after a pause"),
    };

    /// <summary>The name that logs, tools and other languages use, such as OUT_OF_SEQUENCE.</summary>
    /// <param name="code">The code.</param>
    /// <returns>The name, or the number for a code of a later version.</returns>
    public static string WireName(this ErrorCode code) =>
        s_entries.TryGetValue(code, out Entry entry) ? entry.Name : $"ERROR_{(ushort)code}";

    /// <summary>Whether the same frame may succeed later. A transient refusal does not move the sequence.</summary>
    /// <param name="code">The code.</param>
    /// <returns>False for unknown codes.</returns>
    public static bool IsTransient(this ErrorCode code) =>
        s_entries.TryGetValue(code, out Entry entry) && entry.Transient;

    /// <summary>What to do about it, in one line.</summary>
    /// <param name="code">The code.</param>
    /// <returns>A line without a full stop.</returns>
    public static string Remedy(this ErrorCode code) =>
        s_entries.TryGetValue(code, out Entry entry) ? entry.Remedy : "see the server's version of WIRE_FORMAT.md";

    /// <summary>The code that answers a frame which could not be parsed.</summary>
    /// <param name="error">What the parser found.</param>
    /// <returns>The code for the wire.</returns>
    public static ErrorCode ToErrorCode(this FrameError error) => error switch
    {
        FrameError.None => ErrorCode.None,
        FrameError.BadMagic => ErrorCode.BadMagic,
        FrameError.WrongVersion => ErrorCode.WrongVersion,
        FrameError.BadHeaderCrc or FrameError.BadPayloadCrc => ErrorCode.BadCrc,
        FrameError.UnknownKind or FrameError.BadFlags or FrameError.BadReserved or FrameError.BadLength
            or FrameError.BadSequence => ErrorCode.BadHeader,
        FrameError.FrameTooLarge => ErrorCode.FrameTooLarge,
        FrameError.TooManyRecords => ErrorCode.TooManyRecords,
        FrameError.BadName => ErrorCode.BadName,
        _ => ErrorCode.Undecodable,
    };

    private readonly record struct Entry(string Name, bool Transient, string Remedy);
}
