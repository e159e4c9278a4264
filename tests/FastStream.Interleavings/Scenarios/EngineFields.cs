using System.Runtime.CompilerServices;
using FastStream.Engine.Loops;
using FastStream.Engine.Memory;

namespace FastStream.Interleavings.Scenarios;

/// <summary>What the engine keeps to itself and a state of an interleaving must know.</summary>
internal static class EngineFields
{
    private const long Resting = 1;

    /// <summary>The parker's part of memory.</summary>
    public static ulong StateOf(Parker parker) => ((ulong)State(parker).Value << 1) | (Permit(parker).IsSet ? 1u : 0);

    public static bool Rests(Parker parker) => State(parker).Value == Resting;

    /// <summary>A run that was cut may have left a chain as running on this thread.</summary>
    public static void ForgetThread()
    {
        Running(null!) = null;
        Held(null!) = 0;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_state")]
    private static extern ref PaddedLong State(Parker parker);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_permit")]
    private static extern ref AutoResetEvent Permit(Parker parker);

    [UnsafeAccessor(UnsafeAccessorKind.StaticField, Name = "t_running")]
    private static extern ref LoopChain? Running(LoopChain type);

    [UnsafeAccessor(UnsafeAccessorKind.StaticField, Name = "t_held")]
    private static extern ref uint Held(LoopChain type);
}
