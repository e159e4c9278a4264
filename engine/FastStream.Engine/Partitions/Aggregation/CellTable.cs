using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using FastStream.Engine.Partitions.Aggregation.States;

namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>The cells of one window, found by key. Owned by the partition's thread.</summary>
/// <remarks>
/// Cells have numbers from 0 in the order they were added. A few small ones lie in <see cref="SparseCells"/>, many or
/// large ones in <see cref="CellSegments"/> behind a <see cref="FarIndex"/>; a table goes from the one to the other
/// once. In a view of one field a cell is a <see cref="FieldCell"/>; <see cref="Read"/> gives it as the plan has it.
/// SAFETY: all memory is rented by <see cref="Open"/> and the growth paths and given back by <see cref="Close"/>.
/// </remarks>
internal sealed unsafe partial class CellTable(
    ViewPlan plan, SlotBudget budget, SparseBlocks blocks, PartitionHeap heap)
{
    /// <summary>Rows resolved at once: their cells fit the first-level cache.</summary>
    public const int TileRows = 256;

    // Clearing more than 64 KiB at the opening of a window would cost more than growing when the keys come.
    private const int MaxClearedLog2 = 16;

    private readonly TableHash _hash = TableHash.OfProcess;
    private SparseCells _sparse = new(BitOperations.Log2((uint)plan.TableCellBytes));
    private CellSegments _segments = new(plan.TableCellBytes);
    private FarIndex _far; // in use with the segments, when the sparse cells are not
    private AbsentCounts _absent; // of a view of one field
    private byte* _room; // for a cell as the plan has it, in a view of one field

    /// <summary>Cells in use.</summary>
    public int Count { get; private set; }

    /// <summary>Cells in use, by slot.</summary>
    public uint* CellsBySlot { get; private set; }

    /// <summary>Log2 of the bytes of all places, while cells are sparse.</summary>
    public int SparseBytesLog2 => _sparse.BytesLog2;

    private bool IsSparse => _sparse.Places != null;

    private int RoomLog2 => PartitionHeap.Log2For(plan.CellBytes);

    /// <summary>
    /// Makes the table ready, empty, for about so many cells: the view's last window had them, and this is its newest,
    /// or a late one.
    /// </summary>
    public void Open(int cellsHint, bool isNewest)
    {
        Count = 0;
        CellsBySlot = (uint*)heap.RentCleared(PartitionHeap.Log2For(SlotHash.SlotCount * sizeof(uint)));
        _room = plan.OneField is null ? null : heap.Rent(RoomLog2);
        if (plan.TableCellBytes > 1 << SparseCells.MaxCellLog2 || cellsHint > SparseCells.MaxCells
            || !TryOpenSparse(cellsHint, isNewest))
        {
            _segments.Open(heap);
            _far.Open(heap, 0);
        }
    }

    /// <summary>Gives all memory back. Room in the budget was given back when the window closed.</summary>
    public void Close()
    {
        for (int i = 0; plan.HasVariableParts && i < Count; i++)
        {
            plan.ReleaseCell(CellAt(i), heap);
        }

        if (IsSparse)
        {
            GiveUpSparse();
        }
        else
        {
            _segments.Close(heap);
            _far.Close(heap);
        }

        _absent.Close(heap);
        if (_room != null)
        {
            heap.Return(_room, RoomLog2);
        }

        heap.Return((byte*)CellsBySlot, PartitionHeap.Log2For(SlotHash.SlotCount * sizeof(uint)));
        CellsBySlot = null;
        Count = 0;
    }

    /// <summary>The key of cell number <paramref name="number"/>.</summary>
    public ulong KeyAt(int number) => ((CellHead*)CellAt(number))->Key;

    /// <summary>Cell number <paramref name="number"/> as the plan has it, to be read until the next call.</summary>
    public byte* Read(int number)
    {
        byte* cell = CellAt(number);
        if (plan.OneField is null)
        {
            return cell;
        }

        plan.OneField.Expand((FieldCell*)cell, _absent.Of(number), _room);
        return _room;
    }

    /// <summary>The number of the key's cell, or -1.</summary>
    public int Find(ulong key)
    {
        if (IsSparse)
        {
            return _sparse.Find(key);
        }

        uint hash = _hash.Of(key);
        uint tag = hash << _far.TagShift;
        uint* index = _far.Entries;
        uint mask = (1u << _far.Log2) - 1;
        uint numberMask = _far.NumberMask;
        for (uint at = hash >> _far.Shift; index[at] != 0; at = (at + 1) & mask)
        {
            if (((index[at] ^ tag) & ~numberMask) == 0)
            {
                uint number = (index[at] & numberMask) - 1;
                if (((CellHead*)_segments.At(number))->Key == key)
                {
                    return (int)number;
                }
            }
        }

        return -1;
    }

    /// <summary>
    /// A new cell for a key that comes out of a snapshot, with its saved states: it found room once and keeps it,
    /// whatever the limits. A window that was closed has given its room back.
    /// </summary>
    public void AddSaved(ulong key, bool isClosed, ref ByteSource source)
    {
        int number = AddSavedCell(key, isClosed);
        byte* cell = CellAt(number);
        byte* saved = cell;
        if (plan.OneField is not null)
        {
            saved = _room;
            plan.InitCell(saved, key);
        }

        plan.ReadCell(saved, ref source, heap);
        long absent = plan.OneField?.Compress(saved, (FieldCell*)cell) ?? 0;
        if (absent > 0)
        {
            _absent.Add(heap, number, absent, Count);
        }

        RequireRecords((CellHead*)cell);
    }

    /// <summary>The same with a cell as a table of a view of one field has it, without absent values.</summary>
    public void AddSaved(FieldCell* saved, bool isClosed)
    {
        RequireRecords((CellHead*)saved);
        *(FieldCell*)CellAt(AddSavedCell(saved->Key, isClosed)) = *saved;
    }

    /// <summary>Goes over to dense cells; they keep their numbers.</summary>
    public void BecomeDense()
    {
        Debug.Assert(IsSparse);
        _segments.Open(heap);
        _far.Open(heap, Count + 1);
        for (int i = 0; i < Count; i++)
        {
            _segments.Reserve(heap, i);
            Unsafe.CopyBlock(_segments.At((uint)i), _sparse.At((uint)i), (uint)plan.TableCellBytes);
        }

        GiveUpSparse();
        EnterAll();
    }

    private static void RequireRecords(CellHead* cell)
    {
        if (cell->RecordCount <= 0)
        {
            throw new InvalidDataException($"Saved state holds key {cell->Key} without a record.");
        }
    }

    private int AddSavedCell(ulong key, bool isClosed)
    {
        if (Find(key) >= 0)
        {
            throw new InvalidDataException($"Saved state holds key {key} twice in one window.");
        }

        if (isClosed)
        {
            CellsBySlot[SlotOf(key)]++;
        }
        else
        {
            budget.Take(CellsBySlot, SlotOf(key));
        }

        return AddCell(key);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* CellAt(int number)
    {
        Debug.Assert((uint)number < (uint)Count);
        return IsSparse ? _sparse.At((uint)number) : _segments.At((uint)number);
    }

    // The number of the key's cell, added if need be; -1 when there is no room for it.
    private int FindOrAdd(ulong key)
    {
        int number = Find(key);
        return number >= 0 ? number : budget.TryTake(CellsBySlot, SlotOf(key)) ? AddCell(key) : -1;
    }

    private int SlotOf(ulong key) => plan.KeysAreSlots ? (int)key : SlotHash.SlotOf(key);

    private int AddCell(ulong key)
    {
        MakeRoom();
        int number = Count++;
        byte* cell;
        if (IsSparse)
        {
            cell = _sparse.Add(key, number);
        }
        else
        {
            cell = _segments.At((uint)number);
            _far.Enter(_hash.Of(key), (uint)number);
        }

        if (plan.OneField is null)
        {
            plan.InitCell(cell, key);
        }
        else
        {
            FieldCell.Init((FieldCell*)cell, key);
        }

        return number;
    }

    private void MakeRoom()
    {
        if (IsSparse && _sparse.IsFull(Count) && !TryGrowSparse())
        {
            BecomeDense();
            blocks.DropAll();
        }

        if (IsSparse)
        {
            return;
        }

        _segments.Reserve(heap, Count);
        if (_far.IsFull(Count))
        {
            _far.Grow(heap);
            EnterAll();
        }
    }

    private void EnterAll()
    {
        for (int i = 0; i < Count; i++)
        {
            _far.Enter(_hash.Of(((CellHead*)_segments.At((uint)i))->Key), (uint)i);
        }
    }

    private bool TryOpenSparse(int cellsHint, bool isNewest)
    {
        int cellLog2 = BitOperations.Log2((uint)plan.TableCellBytes);
        int log2 = SparseCells.Log2For(cellsHint);
        byte* places = blocks.TryTake(log2 + cellLog2, isNewest);
        if (places == null)
        {
            log2 = Math.Min(log2, MaxClearedLog2 - cellLog2);
            places = blocks.TryRent(log2 + cellLog2, this);
        }

        if (places == null)
        {
            return false;
        }

        _sparse.Open(heap, places, log2);
        blocks.Enter(this);
        return true;
    }

    private bool TryGrowSparse()
    {
        if (_sparse.Log2 == SparseCells.MaxLog2)
        {
            return false;
        }

        byte* places = blocks.TryRent(_sparse.BytesLog2 + 1, this);
        if (places == null)
        {
            return false;
        }

        SparseCells old = _sparse;
        _sparse.Open(heap, places, old.Log2 + 1);
        for (int i = 0; i < Count; i++)
        {
            byte* cell = old.At((uint)i);
            Unsafe.CopyBlock(_sparse.Add(((CellHead*)cell)->Key, i), cell, (uint)plan.TableCellBytes);
        }

        blocks.Release(old.Close(heap, 0), old.BytesLog2);
        return true;
    }

    private void GiveUpSparse()
    {
        int log2 = _sparse.BytesLog2;
        blocks.Return(_sparse.Close(heap, Count), log2);
        blocks.Leave(this);
    }
}
