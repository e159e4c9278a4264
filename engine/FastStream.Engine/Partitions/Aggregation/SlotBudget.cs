namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>
/// Room left in a view, slot by slot. What a slot takes and gives back follows from the journal alone: cells are
/// given back when their window closes, not when its rows have left.
/// </summary>
internal sealed unsafe class SlotBudget(PartitionLimits limits, bool keysAreSlots)
{
    private readonly int[] _cells = new int[SlotHash.SlotCount];
    private readonly int[] _windows = new int[SlotHash.SlotCount];
    private readonly int _maxCells = keysAreSlots ? int.MaxValue : limits.MaxCellsPerSlot;
    private readonly int _maxWindows = limits.MaxOpenWindowsPerView;

    /// <summary>Takes room for one more cell of a window with these cells by slot; false when there is none.</summary>
    public bool TryTake(uint* cellsBySlot, int slot)
    {
        if (_cells[slot] >= _maxCells || (cellsBySlot[slot] == 0 && _windows[slot] >= _maxWindows))
        {
            return false;
        }

        Take(cellsBySlot, slot);
        return true;
    }

    /// <summary>Takes room whether there is any or not.</summary>
    public void Take(uint* cellsBySlot, int slot)
    {
        _windows[slot] += cellsBySlot[slot] == 0 ? 1 : 0;
        _cells[slot]++;
        cellsBySlot[slot]++;
    }

    /// <summary>Gives back what a window took.</summary>
    public void Return(uint* cellsBySlot)
    {
        for (int slot = 0; slot < SlotHash.SlotCount; slot++)
        {
            if (cellsBySlot[slot] != 0)
            {
                _cells[slot] -= (int)cellsBySlot[slot];
                _windows[slot]--;
            }
        }
    }
}
