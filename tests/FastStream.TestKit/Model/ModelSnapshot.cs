namespace FastStream.TestKit.Model;

/// <summary>A saved state: what the journal had made of itself at the address of the snapshot's own entry.</summary>
internal sealed class ModelSnapshot(ModelState state)
{
    private readonly ModelState _state = state.Clone();

    /// <summary>Address of the snapshot entry.</summary>
    public long Address => _state.Address;

    /// <summary>The saved state, to go on with.</summary>
    public ModelState Load() => _state.Clone();
}
