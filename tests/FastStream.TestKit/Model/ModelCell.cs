namespace FastStream.TestKit.Model;

/// <summary>All that one (view, window, key) took, unfolded: every aggregate can be computed afterwards.</summary>
internal sealed class ModelCell(int fieldCount)
{
    private readonly List<ModelSample>[] _samples =
        [.. Enumerable.Range(0, fieldCount).Select(_ => new List<ModelSample>())];

    /// <summary>Records taken.</summary>
    public long RecordCount { get; private set; }

    /// <summary>Present values of one field, in the order they came.</summary>
    public IReadOnlyList<ModelSample> Samples(int field) => field < 0 ? [] : _samples[field];

    /// <summary>Takes one record.</summary>
    public void Add(ModelRecord record)
    {
        RecordCount++;
        for (int field = 0; field < _samples.Length; field++)
        {
            double value = record.Value(field);
            if (!double.IsNaN(value))
            {
                _samples[field].Add(new ModelSample(record.TimeNs, value));
            }
        }
    }

    /// <summary>A copy that shares nothing.</summary>
    public ModelCell Clone()
    {
        ModelCell copy = new(_samples.Length) { RecordCount = RecordCount };
        for (int field = 0; field < _samples.Length; field++)
        {
            copy._samples[field].AddRange(_samples[field]);
        }

        return copy;
    }
}
