using FastStream.Engine.Memory;

namespace FastStream.Engine.Loops;

/// <summary>
/// One of the engine's loops: sequencer, partition, delivery. A step does what is there, a bounded amount of it, and
/// says whether there was anything; it never throws, since a fault is the engine's to hear of.
/// </summary>
/// <remarks>
/// Who calls is the <see cref="EngineDriver"/>'s business; one caller at a time. No state belongs to a thread, so that
/// while the loop rests another thread may do a step of it (<see cref="LoopChain"/>).
/// </remarks>
internal interface IEngineLoop
{
    /// <summary>For thread names and traces.</summary>
    string Name { get; }

    /// <summary>Once, before the first step, by whoever will step.</summary>
    void Begin();

    /// <summary>Does what is there.</summary>
    LoopStep Step();

    /// <summary>Where it rests.</summary>
    Parker Parker { get; }

    /// <summary>
    /// Whether there is something to do, what a brief step left included: what its rest waits for. Any thread may look.
    /// </summary>
    bool HasWork { get; }

    /// <summary>
    /// For a thread that does this on its way: does what is there if that is brief, otherwise nothing. It ends nothing,
    /// what is stopped or has failed is left to the next <see cref="Step"/>, and it calls no user's code.
    /// </summary>
    void StepBriefly();

    /// <summary>After an idle step: returns when there may be something to do, or after a while.</summary>
    void Rest();
}
