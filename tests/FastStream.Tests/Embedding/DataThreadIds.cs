using System.Runtime.InteropServices;
using FastStream.Engine;
using FastStream.Engine.Partitions;
using FastStream.Engine.Sequencing;
using FastStream.Engine.Sequencing.Commands;

namespace FastStream.Tests.Embedding;

/// <summary>Asks each data thread of an engine (sequencer, partitions, delivery) who it is. Linux only.</summary>
internal sealed partial class DataThreadIds : IPartitionTask
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, long> _ids = new();

    private DataThreadIds()
    {
    }

    /// <summary>The number of the thread that calls, as runtime events name it.</summary>
    public static long OfThisThread => GetThreadId();

    /// <summary>Their numbers by what they do.</summary>
    public static IReadOnlyDictionary<string, long> Of(EngineCore core)
    {
        DataThreadIds ids = new();
        core.Sequencer.Post(new AskCommand(ids));
        core.Sequencer.Post(new CallCommand(() => ids._ids["sequencer"] = GetThreadId()));
        core.VisitResultsAsync(_ => ids._ids["delivery"] = GetThreadId());
        Assert.True(SpinWait.SpinUntil(() => ids._ids.Count == core.Partitions.Length + 2, TimeSpan.FromMinutes(1)));
        return ids._ids;
    }

    void IPartitionTask.Run(PartitionState partition)
    {
        long id = GetThreadId();
        _ids[$"partition on {id}"] = id;
    }

    [LibraryImport("libc", EntryPoint = "gettid")]
    private static partial int GetThreadId();
}
