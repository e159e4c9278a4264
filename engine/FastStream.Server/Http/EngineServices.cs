using FastStream.Engine;
using FastStream.Server.Metrics;
using FastStream.Server.Questions;

namespace FastStream.Server.Http;

/// <summary>What the paths need once the engine is there.</summary>
internal sealed record EngineServices(
    IngestionEngine Engine, EngineQuestions Questions, EngineOrders Orders, MetricsPage Metrics);
