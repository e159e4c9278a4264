using System.Text.Json.Serialization;
using FastStream.LoadBench.Cases;
using FastStream.LoadBench.Processes;
using FastStream.LoadBench.Report;

namespace FastStream.LoadBench;

/// <summary>The JSON between the processes of a run.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ServerSettings))]
[JsonSerializable(typeof(ServerTotals))]
[JsonSerializable(typeof(CaseReport))]
[JsonSerializable(typeof(MeasuredLine))]
[JsonSerializable(typeof(GoalLine))]
internal sealed partial class LoadBenchJson : JsonSerializerContext;
