using FastStream.Engine.Ingress;

namespace FastStream.Engine.Sequencing.Commands;

/// <summary>The session is over: its producer may be held by another one. The source stays as live as it was.</summary>
internal sealed class CloseSessionCommand(Session session) : ControlCommand
{
    protected override CommandAnswer Execute(Sequencer sequencer)
    {
        session.IsClosed = true;
        if (session.Producer is ProducerState producer && producer.Session == session)
        {
            producer.Session = null;
        }

        (string, string) name = (session.StreamName, session.ProducerName);
        if (sequencer.State.Expected.GetValueOrDefault(name) == session)
        {
            sequencer.State.Expected.Remove(name);
        }

        return CommandAnswer.Done();
    }
}
