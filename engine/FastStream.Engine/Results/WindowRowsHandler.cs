namespace FastStream.Engine.Results;

/// <summary>
/// Gets closed windows on the engine's results thread, in the order of the results log. A slow handler holds results
/// back for all (ingest goes on until buffers are full); one that throws is taken off, counted and reported.
/// </summary>
public delegate void WindowRowsHandler(WindowRows rows);
