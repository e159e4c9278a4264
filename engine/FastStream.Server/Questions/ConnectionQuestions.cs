using System.Buffers;
using FastStream.Engine;
using FastStream.Engine.Ingress.Tcp;
using FastStream.Engine.Results;
using FastStream.Engine.Serving;
using FastStream.Protocol;

namespace FastStream.Server.Questions;

/// <summary>Questions and subscriptions that come over a frame connection, in the words of HTTP.md.</summary>
internal sealed class ConnectionQuestions(IngestionEngine engine, EngineQuestions questions) : IConnectionQuestions
{
    private const int RowsPerWrite = 256;

    public async Task AnswerAsync(string question, IAnswerLines lines, CancellationToken stop)
    {
        try
        {
            JsonAnswer answer = await questions.AnswerAsync(Question.Parse(question)).ConfigureAwait(false);
            await answer.WriteLinesAsync(lines.WriteAsync).ConfigureAwait(false);
        }
        catch (QuestionException fault)
        {
            throw new QueryException(CodeOf(fault), fault.Message);
        }
    }

    public async Task SubscribeAsync(
        string stream, string view, AckLevel level, ulong fromAddress, IAnswerLines lines, CancellationToken stop)
    {
        SubscriptionOptions options = new()
        {
            Level = level == AckLevel.Applied ? ResultLevel.Applied : ResultLevel.Durable,
            From = level == AckLevel.Applied || fromAddress > long.MaxValue
                ? null
                : new ResultPosition((long)fromAddress, 0),
        };
        using ResultSubscription results = engine.Results(stream, view, options);
        ArrayBufferWriter<byte> bytes = new(4096);
        int rows = 0;
        try
        {
            IAsyncEnumerator<WindowResult> windows = results.GetAsyncEnumerator(stop);
            await using (windows.ConfigureAwait(false))
            {
                while (true)
                {
                    // What has come is sent before waiting for more.
                    ValueTask<bool> next = windows.MoveNextAsync();
                    if (rows > 0 && (rows >= RowsPerWrite || !next.IsCompleted))
                    {
                        await lines.WriteAsync(bytes.WrittenMemory).ConfigureAwait(false);
                        bytes.ResetWrittenCount();
                        rows = 0;
                    }

                    if (!await next.ConfigureAwait(false))
                    {
                        return;
                    }

                    WindowResult row = windows.Current;
                    JsonAnswer.AddLine(bytes, json => SubscriptionJson.Write(json, row));
                    rows++;
                }
            }
        }
        catch (SubscriptionCutException fault)
        {
            throw new QueryException(ErrorCode.TooSlow, fault.Message);
        }
    }

    private static ErrorCode CodeOf(QuestionException fault) => fault.Code switch
    {
        "UNKNOWN_STREAM" => ErrorCode.UnknownStream,
        "UNKNOWN_VIEW" => ErrorCode.UnknownView,
        "NOT_READY" => ErrorCode.NotReady,
        "FAULTED" => ErrorCode.Faulted,
        _ => ErrorCode.BadQuery,
    };
}
