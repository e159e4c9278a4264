using System.IO.MemoryMappedFiles;

namespace FastStream.Fuzz;

/// <summary>
/// What each worker is at, in a file mapped into memory: outlives the process, so a crash or a hang can be told from it.
/// </summary>
internal sealed unsafe class CaseNotes : IDisposable
{
    public const int MaxWorkers = 64;
    private const int SlotBytes = 128; // two cache lines a worker
    private const int FileBytes = MaxWorkers * SlotBytes;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _notes;

    public CaseNotes(string path)
    {
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, null, FileBytes);
        _view = _file.CreateViewAccessor();
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _notes);
    }

    /// <summary>Before a case: number of the target plus one, case number, and when it began.</summary>
    public void Begin(int worker, int target, long caseNumber, long startMs)
    {
        long* note = (long*)(_notes + (worker * SlotBytes));
        note[1] = caseNumber;
        note[2] = startMs;
        Volatile.Write(ref note[0], target + 1);
    }

    /// <summary>Between cases.</summary>
    public void End(int worker) => Volatile.Write(ref *(long*)(_notes + (worker * SlotBytes)), 0);

    /// <summary>What a worker is at now, or was at when its process died.</summary>
    public bool TryRead(int worker, out int target, out long caseNumber, out long startMs)
    {
        long* note = (long*)(_notes + (worker * SlotBytes));
        target = (int)Volatile.Read(ref note[0]) - 1;
        caseNumber = note[1];
        startMs = note[2];
        return target >= 0;
    }

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
