namespace FastStream.Server.Questions;

/// <summary>A question or order that is refused.</summary>
/// <param name="status">Status of the HTTP answer.</param>
/// <param name="code">Stable name of the reason, as in HTTP.md.</param>
/// <param name="message">One line: what, which value, what to do.</param>
internal sealed class QuestionException(int status, string code, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    public static QuestionException BadRequest(string message) => new(400, "BAD_REQUEST", message);

    public static QuestionException BadTime(string name, string text) => new(
        400,
        "BAD_TIME",
        $"{name} \"{text}\" is no time: write 2001-06-01T13:00:00Z, 2001-06-01, or nanoseconds since 1970");
}
