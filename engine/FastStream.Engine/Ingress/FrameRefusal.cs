using FastStream.Protocol;

namespace FastStream.Engine.Ingress;

/// <summary>Why a frame was not taken.</summary>
/// <param name="Sequence">The frame.</param>
/// <param name="Expected">The sequence that would be taken next.</param>
/// <param name="Code">What was wrong; says also whether it is for now or for good.</param>
/// <param name="Text">One line: what, which value, what to do.</param>
internal readonly record struct FrameRefusal(ulong Sequence, ulong Expected, ErrorCode Code, string Text);
