namespace FastStream.Engine.Sequencing.Commands;

/// <summary>Puts a question to all partitions, at this place of the stream: the answer is as of one address.</summary>
internal sealed class AskCommand(IPartitionTask question) : ControlCommand
{
    protected override CommandAnswer Execute(Sequencer sequencer)
    {
        sequencer.Applier.PublishTask(SlotKind.Question, 0, 0, question);
        return CommandAnswer.Done();
    }
}
