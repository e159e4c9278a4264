using FastStream.Protocol;

namespace FastStream.Engine.Sequencing;

/// <summary>What came of a control command.</summary>
/// <param name="Code">None, or why it was refused.</param>
/// <param name="Text">For a refusal: what, which value, what to do.</param>
/// <param name="EndAddress">The command holds for good once the journal is durable up to here; 0 = at once.</param>
internal readonly record struct CommandAnswer(ErrorCode Code, string Text, long EndAddress)
{
    public bool IsRefused => Code != ErrorCode.None;

    public static CommandAnswer Done(long endAddress = 0) => new(ErrorCode.None, "", endAddress);

    public static CommandAnswer Refused(ErrorCode code, string text) => new(code, text, 0);
}
