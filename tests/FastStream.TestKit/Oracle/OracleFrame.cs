using FastStream.TestKit.Model;

namespace FastStream.TestKit.Oracle;

/// <summary>A frame and who sends it.</summary>
internal readonly record struct OracleFrame(string Producer, ModelFrame Frame);
