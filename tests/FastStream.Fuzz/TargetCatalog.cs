using FastStream.Fuzz.Targets;
using FastStream.Fuzz.Targets.Storage;
using FastStream.Fuzz.Targets.Text;
using FastStream.Fuzz.Targets.Wire;

namespace FastStream.Fuzz;

/// <summary>Every parser that is fuzzed. A new one is one line here.</summary>
internal static class TargetCatalog
{
    private static readonly Func<FuzzTarget>[] s_all =
    [
        () => new FrameHeaderTarget(),
        () => new DataFrameTarget(compressed: false),
        () => new DataFrameTarget(compressed: true),
        () => new FrameIntakeTarget(),
        () => new HelloTarget(),
        () => new SchemaTarget(),
        () => new DictionaryTarget(),
        () => new ProgressTarget(),
        () => new RequestTarget(),
        () => new AckTarget(),
        () => new ServerAnswerTarget(),
        () => new EntryHeaderTarget(),
        () => new LogPageTarget(),
        () => new LogFolderTarget(),
        () => new CommitSlotTarget(),
        () => new FolderManifestTarget(),
        () => new EngineStateTarget(),
        () => new SnapshotChunkTarget(),
        () => new QuantileSketchTarget(),
        () => new ControlEntryTarget(),
        () => new ResultEntryTarget(),
        () => new StreamTextTarget(),
        () => new ViewTextTarget(),
        () => new ExpressionTarget(),
        () => new DefinitionJsonTarget(),
        () => new TimeTextTarget(),
        () => new QuestionTarget(),
        () => new RequestBodyTarget(),
        () => new ConfigurationTarget(),
        () => new RecordFileTarget(isJson: false),
        () => new RecordFileTarget(isJson: true),
        () => new CsvRowsTarget(),
        () => new JsonRowsTarget(),
        () => new SourcePositionTarget(),
        .. CanaryTarget.Faults.Select(fault => (Func<FuzzTarget>)(() => new CanaryTarget(fault))),
    ];

    /// <summary>The targets with these names; all that have a weight when none is named.</summary>
    /// <exception cref="FormatException">There is no such target.</exception>
    public static IReadOnlyList<Func<FuzzTarget>> Find(IReadOnlyList<string> names)
    {
        List<Func<FuzzTarget>> found = [];
        foreach (Func<FuzzTarget> make in s_all)
        {
            using FuzzTarget target = make();
            if (names.Count == 0 ? target.Weight > 0 : names.Any(name => Matches(name, target.Name)))
            {
                found.Add(make);
            }
        }

        return found.Count > 0
            ? found
            : throw new FormatException($"no target is called {string.Join(",", names)}; --list shows them");
    }

    private static bool Matches(string name, string target) => name.EndsWith('*')
        ? target.StartsWith(name[..^1], StringComparison.Ordinal)
        : name == target;
}
