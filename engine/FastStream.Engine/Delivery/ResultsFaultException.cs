using FastStream.Engine.Results;

namespace FastStream.Engine.Delivery;

/// <summary>The results stage has stopped: the log has failed, or a replay gave another result than it holds.</summary>
internal sealed class ResultsFaultException(ResultsFault fault) : Exception(fault.Message)
{
    /// <summary>True when stored data contradict each other (exit code 3).</summary>
    public bool IsDamage => fault.IsDamage;
}
