using FastStream.Protocol;

namespace FastStream.Server.Questions;

/// <summary>What an engine's refusal is over HTTP.</summary>
internal static class EngineRefusals
{
    public static QuestionException Of(ErrorCode code, string message) => code switch
    {
        ErrorCode.UnknownStream => new QuestionException(404, "UNKNOWN_STREAM", message),
        ErrorCode.UnknownView => new QuestionException(404, "UNKNOWN_VIEW", message),
        ErrorCode.SchemaConflict or ErrorCode.WrongKeyKind => new QuestionException(409, "SCHEMA_CONFLICT", message),
        ErrorCode.BadName => new QuestionException(400, "BAD_NAME", message),
        ErrorCode.TooManyStreams or ErrorCode.TooManyProducers or ErrorCode.KeyLimit =>
            new QuestionException(429, "LIMIT", message),
        ErrorCode.DiskFull => new QuestionException(507, "DISK_FULL", message),
        ErrorCode.Faulted => new QuestionException(503, "FAULTED", message),
        ErrorCode.ShuttingDown or ErrorCode.NotReady => new QuestionException(503, "NOT_READY", message),
        _ => QuestionException.BadRequest(message),
    };
}
