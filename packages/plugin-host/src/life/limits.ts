/** What the life of plugins may take, each with its reason. Times in milliseconds. */

/** onLoad: it may connect to a device or read a large file, as the start of a process may. */
export const LOAD_TIMEOUT_MS = 30_000;

/** onUnload: there is little to do, and the command waits for it. */
export const UNLOAD_TIMEOUT_MS = 2_000;

/** What listeners may take for the last events before all plugins are unloaded: the command waits for it. */
export const SHUTDOWN_EVENTS_MS = 2_000;

/** Calls in flight of a plugin that is unloaded or replaced: then they are cut off. */
export const DRAIN_TIMEOUT_MS = 60_000;

/** A listener of an event. One that takes longer has lost its subscription: else each event would wait for it. */
export const LISTENER_TIMEOUT_MS = 5_000;

/** Failures of a listener in a row, after which it has lost its subscription: else a report would come with each event. */
export const MAX_LISTENER_FAILURES = 100;

/** Events that an event brings about, one below the other: real chains have two or three. */
export const MAX_EVENT_DEPTH = 8;

/** Events that an event brings about in all: a few listeners that each publish on two events make millions at that depth. */
export const MAX_EVENTS_OF_ONE = 1_000;

/** Events in one turn of the event loop; later ones wait for the next, so that a flood leaves time for all else. */
export const MAX_EVENTS_IN_TURN = 1_000;

/** Crashes within a time after which a plugin is not loaded any more until the user wants it. */
export const MAX_CRASHES = 3;
export const CRASH_WINDOW_MS = 5 * 60_000;

/** A wait for the record of crashes while another command keeps it: what failed is told after it. */
export const CRASH_LOCK_MS = 2_000;

/** Size of the record of crashes, in bytes: some hundred for each plugin that ever crashed. */
export const MAX_CRASHES_BYTES = 1 << 20;
