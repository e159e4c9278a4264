using FastStream.Protocol;

namespace FastStream.Engine.Sequencing;

/// <summary>
/// Something that is done on the sequencer thread, between two frames: opening a session, defining a stream, asking
/// all partitions a question. Off the hot path; whoever sent it awaits its answer.
/// </summary>
internal abstract class ControlCommand
{
    private readonly TaskCompletionSource<CommandAnswer> _answer =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the command was carried out; what it journaled may not be durable yet.</summary>
    public Task<CommandAnswer> Answer => _answer.Task;

    /// <summary>Sequencer thread.</summary>
    public void Run(Sequencer sequencer)
    {
        try
        {
            _answer.TrySetResult(Execute(sequencer));
        }
        catch (Definitions.DefinitionException fault)
        {
            _answer.TrySetResult(CommandAnswer.Refused(ErrorCode.NotAllowed, fault.Message));
        }
        catch (Exception fault)
        {
            // Half a command may have been done: the engine must stop, but not without telling the caller.
            _answer.TrySetResult(CommandAnswer.Refused(ErrorCode.Faulted, fault.Message));
            throw;
        }
    }

    /// <summary>The engine stops before the command's turn.</summary>
    public void Abandon() =>
        _answer.TrySetResult(CommandAnswer.Refused(ErrorCode.ShuttingDown, "the engine is stopping: try again later"));

    protected abstract CommandAnswer Execute(Sequencer sequencer);
}
