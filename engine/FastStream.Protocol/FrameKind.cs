namespace FastStream.Protocol;

/// <summary>What a frame is. Below 64 a client sends it, from 64 a server does. The numbers are frozen.</summary>
public enum FrameKind : byte
{
    /// <summary>No frame has this kind.</summary>
    None = 0,

    /// <summary>Opens the session: who sends to which stream, and which ack level is asked for.</summary>
    Hello = 1,

    /// <summary>Names the fields of the data frames that carry this schema id.</summary>
    Schema = 2,

    /// <summary>Announces text keys and their ids. Sequenced.</summary>
    Dictionary = 3,

    /// <summary>Records as columns. Sequenced.</summary>
    Data = 4,

    /// <summary>Moves the producer's progress without a record. Sequenced.</summary>
    Time = 5,

    /// <summary>The producer has nothing more to send and holds back no window. Sequenced.</summary>
    End = 6,

    /// <summary>Asks for a pong; keeps a quiet session alive.</summary>
    Ping = 7,

    /// <summary>Asks for the results of a view as they come.</summary>
    Subscribe = 8,

    /// <summary>Asks one question.</summary>
    Query = 9,

    /// <summary>Answers a hello.</summary>
    Welcome = 65,

    /// <summary>Answers a schema.</summary>
    SchemaAccepted = 66,

    /// <summary>Says that frames have reached the session's ack level.</summary>
    Ack = 67,

    /// <summary>Refuses a frame or the session.</summary>
    Error = 68,

    /// <summary>Answers a ping.</summary>
    Pong = 69,

    /// <summary>Answers a subscribe or a query.</summary>
    Result = 70,
}
