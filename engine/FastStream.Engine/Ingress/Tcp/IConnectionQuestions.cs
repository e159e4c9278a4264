using FastStream.Protocol;

namespace FastStream.Engine.Ingress.Tcp;

/// <summary>
/// Answers the questions that come over a frame connection. The words of questions and answers belong to whoever
/// serves (a server's HTTP paths); a connection only carries them.
/// </summary>
internal interface IConnectionQuestions
{
    /// <summary>Answers one question, as JSON lines.</summary>
    /// <exception cref="Serving.QueryException">It cannot be answered.</exception>
    Task AnswerAsync(string question, IAnswerLines lines, CancellationToken stop);

    /// <summary>Sends the closed windows of a view as they come, as JSON lines, until it is stopped.</summary>
    /// <exception cref="Serving.QueryException">It cannot be answered.</exception>
    Task SubscribeAsync(
        string stream, string view, AckLevel level, ulong fromAddress, IAnswerLines lines, CancellationToken stop);
}
