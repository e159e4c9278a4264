using System.Text.Json;
using FastStream.Engine.Definitions;
using FastStream.Engine.Results;
using FastStream.Engine.Serving;

namespace FastStream.Server.Questions;

/// <summary>The views of some streams, with how many windows each has open and closed.</summary>
internal sealed class ViewCards(IReadOnlyList<StreamCard> streams, OpenStateQuestion open, ResultsIndex index)
{
    public List<(StreamCard Stream, ViewDefinition View)> Items { get; } =
    [
        .. streams.SelectMany(stream => stream.Views.Select(view => (stream, view))),
    ];

    public void Write(Utf8JsonWriter json, int item)
    {
        (StreamCard stream, ViewDefinition view) = Items[item];
        AnswerJson.WriteView(
            json,
            stream,
            view,
            open.OpenWindowsOf(stream.Id, view.Name),
            index.CountWindows(stream.Id, (uint)view.Id));
    }
}
