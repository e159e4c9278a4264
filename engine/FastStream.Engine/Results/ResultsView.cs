using System.Collections.Immutable;
using FastStream.Engine.Definitions;
using FastStream.Engine.Partitions.Aggregation;

namespace FastStream.Engine.Results;

/// <summary>What results must know of a view: its names, its shape and how to name its keys. Immutable.</summary>
internal sealed class ResultsView
{
    /// <param name="streamId">The stream's number.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="view">The view, its number set.</param>
    /// <param name="nameOf">Any thread: the name of a key's number; null for a stream with u64 keys.</param>
    internal ResultsView(uint streamId, StreamDefinition stream, ViewDefinition view, Func<ulong, string>? nameOf)
    {
        StreamId = streamId;
        Stream = stream;
        View = view;
        NameOf = nameOf;
        ValueNames = [.. view.Aggregates.Select(aggregate => aggregate.DisplayName)];
    }

    internal uint StreamId { get; }

    internal uint ViewId => (uint)View.Id;

    internal StreamDefinition Stream { get; }

    internal ViewDefinition View { get; }

    internal Func<ulong, string>? NameOf { get; }

    /// <summary>What the values are called, in their order.</summary>
    internal ImmutableArray<string> ValueNames { get; }

    internal bool IsOverAll => View.GroupBy == GroupBy.All;

    /// <summary>The name of a row's key; null when keys are numbers or the row stands for all keys.</summary>
    internal string? KeyTextOf(ulong key) => IsOverAll ? null : NameOf?.Invoke(key);

    /// <summary>A merge of its own for one thread.</summary>
    internal OverAllMerge CreateOverAllMerge() => new(View, Stream);
}
