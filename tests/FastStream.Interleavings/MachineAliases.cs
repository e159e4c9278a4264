// What the engine's source calls by these names goes through the schedule of an interleaving here.
global using AutoResetEvent = FastStream.Interleavings.Machine.ScheduledEvent;
global using Environment = FastStream.Interleavings.Machine.ScheduledEnvironment;
global using Interlocked = FastStream.Interleavings.Machine.ScheduledInterlocked;
global using SpinWait = FastStream.Interleavings.Machine.ScheduledSpinWait;
global using Volatile = FastStream.Interleavings.Machine.ScheduledVolatile;
