using FastStream.Engine.Partitions.Aggregation.States;

namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>
/// How the cells of a view with a summary, moments, or both, of a single field are kept: as a
/// <see cref="FieldCell"/>, turned into the plan's own cell whenever something but a record is after it.
/// </summary>
internal sealed unsafe class OneFieldPlan
{
    private readonly int _summary = -1;
    private readonly int _moments = -1;

    private OneFieldPlan(IReadOnlyList<StatePlace> states)
    {
        Field = states[0].Field;
        foreach (StatePlace place in states)
        {
            _summary = place.State is SummaryState ? place.Offset : _summary;
            _moments = place.State is MomentsState ? place.Offset : _moments;
        }
    }

    /// <summary>Ordinal of the field.</summary>
    public int Field { get; }

    /// <summary>Whether shifted sums are kept.</summary>
    public bool HasMoments => _moments >= 0;

    /// <summary>The plan for such states, or null if they are others.</summary>
    public static OneFieldPlan? For(IReadOnlyList<StatePlace> states)
    {
        bool fits = states.Count > 0 && states.All(
            place => place.Field == states[0].Field && place.State is SummaryState or MomentsState);
        return fits ? new OneFieldPlan(states) : null;
    }

    /// <summary>Writes the plan's cell for one with so many absent values.</summary>
    public void Expand(FieldCell* cell, long absent, byte* into)
    {
        *(CellHead*)into = *(CellHead*)cell;
        long present = cell->RecordCount - absent;
        if (_summary >= 0)
        {
            *(Summary*)(into + _summary) = FieldCell.SummaryOf(cell, present);
        }

        if (_moments >= 0)
        {
            *(Moments*)(into + _moments) = FieldCell.MomentsOf(cell, present);
        }
    }

    /// <summary>Takes on the plan's cell; returns its absent values. Counts that cannot be are damage.</summary>
    public long Compress(byte* from, FieldCell* cell)
    {
        ulong key = cell->Key;
        FieldCell.Init(cell, key);
        cell->RecordCount = ((CellHead*)from)->RecordCount;
        long present = _summary >= 0 ? ((Summary*)(from + _summary))->Count : ((Moments*)(from + _moments))->Count;
        if (_summary >= 0)
        {
            Summary summary = *(Summary*)(from + _summary);
            (cell->Sum, cell->NegatedMin, cell->Max) = (summary.Sum, -summary.Min, summary.Max);
        }

        if (_moments >= 0)
        {
            Moments moments = *(Moments*)(from + _moments);
            (cell->Pivot, cell->ShiftedSum, cell->ShiftedSquareSum) = (moments.Pivot, moments.Sum, moments.SquareSum);
            present = moments.Count == present ? present : -1;
        }

        return present >= 0 && present <= cell->RecordCount
            ? cell->RecordCount - present
            : throw new InvalidDataException($"Saved state of key {key} counts values that its records cannot have.");
    }
}
