namespace FastStream.Engine.Results;

/// <summary>Hears of the steps of entries, on the results thread. The entry is borrowed for the call.</summary>
internal interface IResultEntryListener
{
    /// <summary>The entry is complete; neither its cause nor itself need be durable.</summary>
    void OnBuilt(ResultEntry entry);

    /// <summary>The entry was appended to the results log.</summary>
    void OnAppended(ResultEntry entry, int bytes);

    /// <summary>
    /// The entry and its cause are durable. Its address is final, unless a replay gave what retention has removed:
    /// then it is -1.
    /// </summary>
    void OnLeaving(ResultEntry entry);
}
