using FastStream.Engine.Definitions;
using FastStream.Engine.Sequencing;

namespace FastStream.Server.Questions;

/// <summary>What is told of a stream: a copy taken on the thread that owns it.</summary>
internal sealed record StreamCard(
    uint Id,
    StreamDefinition Definition,
    IReadOnlyList<ViewDefinition> Views,
    long Watermark,
    int KeyNameCount,
    IReadOnlyList<ProducerCard> Producers)
{
    /// <summary>Sequencer thread.</summary>
    public static StreamCard Of(StreamState stream, long nowNs) => new(
        stream.Id,
        stream.Definition,
        [.. stream.Views.Select(view => view.Definition)],
        stream.Time.Watermark,
        stream.Names.Count,
        [.. stream.Producers.Select(producer => ProducerCard.Of(producer, stream, nowNs))]);
}
