using FastStream.Engine;
using FastStream.Engine.Definitions;
using FastStream.Engine.Sequencing;
using FastStream.Engine.Sequencing.Commands;
using FastStream.Protocol;

namespace FastStream.Server.Questions;

/// <summary>Carries out what changes streams and views. Everything is durable when it is answered.</summary>
internal sealed class EngineOrders(IngestionEngine engine, EngineQuestions questions)
{
    private readonly EngineCore _core = engine.Core;

    /// <summary>Makes a stream, or adds fields and rules to one; the same again changes nothing.</summary>
    public async Task<JsonAnswer> DefineStreamAsync(string name, string definition)
    {
        CheckName(name, "stream");
        StreamDefinition stream = Parse(() => StreamDefinition.Parse(name, definition));
        if (FindStream(name) is null)
        {
            stream = stream with { DefaultViews = [ViewDefinition.DefaultFor(stream)] };
        }

        Parse(() =>
        {
            stream.Validate();
            return stream;
        });
        await RunAsync(new DefineStreamCommand(stream)).ConfigureAwait(false);
        return await questions.StreamAsync(name).ConfigureAwait(false);
    }

    /// <summary>Declares streams with their views, as a configuration does.</summary>
    public async Task DeclareAsync(IEnumerable<StreamDefinition> streams)
    {
        foreach (StreamDefinition stream in streams)
        {
            await RunAsync(new DefineStreamCommand(stream)).ConfigureAwait(false);
        }
    }

    /// <summary>Adds a view; the same again changes nothing.</summary>
    public async Task<JsonAnswer> AddViewAsync(string stream, string name, string definition)
    {
        CheckName(name, "view");
        _ = await questions.StreamsAsync(stream).ConfigureAwait(false);
        StreamState state = FindStream(stream)!;
        ViewDefinition view = Parse(() =>
        {
            ViewDefinition parsed = ViewDefinition.Parse(stream, name, definition);
            parsed.Validate(state.Definition);
            return parsed;
        });
        CommandAnswer answer = await _core.RunAsync(new AddViewCommand(view)).ConfigureAwait(false);
        if (answer.Code == ErrorCode.NotAllowed)
        {
            throw state.FindView(name) is null
                ? new QuestionException(429, "LIMIT", answer.Text)
                : new QuestionException(409, "VIEW_EXISTS", answer.Text);
        }

        Check(answer);
        return await questions.ViewAsync(stream, name).ConfigureAwait(false);
    }

    /// <summary>Drops a view with its open windows.</summary>
    public async Task<JsonAnswer> DropViewAsync(string stream, string name)
    {
        await RunAsync(new DropViewCommand(stream, name)).ConfigureAwait(false);
        return new JsonAnswer
        {
            Head = json =>
            {
                json.WriteString("dropped", name);
                json.WriteString("stream", stream);
            },
        };
    }

    /// <summary>Raises the watermark to a time, or far enough to close everything that is open.</summary>
    public async Task<JsonAnswer> AdvanceAsync(string stream, string? to)
    {
        long? timeNs = null;
        if (to is not null)
        {
            timeNs = TimeText.TryParse(to, out long parsed) && EventTimeRange.Contains(parsed)
                ? parsed
                : throw QuestionException.BadTime("to", to);
        }

        AdvanceCommand advance = new(stream, timeNs);
        CommandAnswer answer = await _core.RunAsync(advance).ConfigureAwait(false);
        Check(answer);
        await _core.WhenResultsAreOut(answer.EndAddress).ConfigureAwait(false);
        return new JsonAnswer
        {
            Head = json =>
            {
                json.WriteString("stream", stream);
                AnswerJson.WriteTime(json, "watermark", advance.Watermark);
                json.WriteNumber("address", answer.EndAddress);
            },
        };
    }

    private StreamState? FindStream(string name) => Array.Find(_core.State.Streams, s => s.Definition.Name == name);

    private async Task RunAsync(ControlCommand command) => Check(await _core.RunAsync(command).ConfigureAwait(false));

    private static void Check(CommandAnswer answer)
    {
        if (answer.IsRefused)
        {
            throw EngineRefusals.Of(answer.Code, answer.Text);
        }
    }

    private static void CheckName(string name, string what)
    {
        if (!DefinitionNames.IsName(name))
        {
            throw new QuestionException(
                400, "BAD_NAME", $"a {what} cannot be called \"{name}\": use {DefinitionNames.NameForm}");
        }
    }

    private static T Parse<T>(Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (DefinitionException fault)
        {
            throw new QuestionException(400, "BAD_DEFINITION", fault.Message);
        }
    }
}
