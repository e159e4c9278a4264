namespace FastStream.Engine.Sequencing.Commands;

/// <summary>Runs something on the sequencer thread.</summary>
internal sealed class CallCommand(Action call) : ControlCommand
{
    protected override CommandAnswer Execute(Sequencer sequencer)
    {
        call();
        return CommandAnswer.Done();
    }
}
