namespace FastStream.Protocol;

/// <summary>Why a frame or a session is refused. The numbers are frozen, the same in every part.</summary>
public enum ErrorCode : ushort
{
    /// <summary>No error.</summary>
    None = 0,

    /// <summary>The bytes are not a FastStream frame.</summary>
    BadMagic = 1,

    /// <summary>Client and server speak different versions.</summary>
    WrongVersion = 2,

    /// <summary>A checksum does not match.</summary>
    BadCrc = 3,

    /// <summary>The header is well summed but contradicts itself.</summary>
    BadHeader = 4,

    /// <summary>The frame is above the size limit.</summary>
    FrameTooLarge = 5,

    /// <summary>The frame has too many records.</summary>
    TooManyRecords = 6,

    /// <summary>The payload cannot be decoded.</summary>
    Undecodable = 7,

    /// <summary>A frame came before the hello.</summary>
    HelloExpected = 16,

    /// <summary>No hello came in time.</summary>
    HelloTimeout = 17,

    /// <summary>A name is not allowed.</summary>
    BadName = 18,

    /// <summary>The session may not do this.</summary>
    NotAllowed = 19,

    /// <summary>There are too many connections.</summary>
    TooManyConnections = 20,

    /// <summary>The other side sends or reads too slowly.</summary>
    TooSlow = 21,

    /// <summary>Nothing came for too long.</summary>
    Idle = 22,

    /// <summary>The server is about to stop.</summary>
    ShuttingDown = 23,

    /// <summary>The server is not ready: it is still recovering.</summary>
    NotReady = 24,

    /// <summary>Another session of the same producer is live.</summary>
    ProducerBusy = 32,

    /// <summary>The producer is not known any more.</summary>
    UnknownProducer = 33,

    /// <summary>A session with a higher epoch has taken over.</summary>
    Fenced = 34,

    /// <summary>The sequence is not the next one.</summary>
    OutOfSequence = 35,

    /// <summary>The same sequence came before with other content.</summary>
    IdentityReused = 36,

    /// <summary>There are too many producers.</summary>
    TooManyProducers = 37,

    /// <summary>The stream does not exist.</summary>
    UnknownStream = 48,

    /// <summary>The view does not exist.</summary>
    UnknownView = 49,

    /// <summary>The frame names a schema that was not announced.</summary>
    UnknownSchema = 50,

    /// <summary>The schema contradicts the stream's or an earlier one of the same id.</summary>
    SchemaConflict = 51,

    /// <summary>A key id that was not announced, or one announced out of order.</summary>
    UnknownKeyId = 52,

    /// <summary>The stream has as many keys as it may.</summary>
    KeyLimit = 53,

    /// <summary>There are as many streams as there may be.</summary>
    TooManyStreams = 54,

    /// <summary>The stream's keys are of the other kind.</summary>
    WrongKeyKind = 55,

    /// <summary>The query or subscription cannot be understood.</summary>
    BadQuery = 56,

    /// <summary>The journal's disk is full.</summary>
    DiskFull = 64,

    /// <summary>The journal has failed.</summary>
    Faulted = 65,

    /// <summary>The engine holds as many bytes as it may.</summary>
    Overloaded = 66,
}
