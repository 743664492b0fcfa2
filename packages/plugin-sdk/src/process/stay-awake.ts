import { availableParallelism } from "node:os";

/** How long the next message is looked for: the time in which the other side writes a part of some MiB. */
const AWAKE_MS = 0.3;

/** So many times in a row in vain, and it is not looked for any more, but for one time in so many: calls are long, or processors are taken. */
const MOST_MISSES = 4;
const RETRY_EVERY = 256;

/**
 * After a message has gone or come another mostly comes soon. Until then the event loop looks for it without sleeping: a processor that
 * slept takes longer to wake than a short call.
 */
export class StayAwake {
  #until = 0;
  #isAwake = false;
  #hasHeard = false;
  #misses = 0;

  /** A message came. */
  heard(): void {
    if (this.#isAwake) this.#hasHeard = true;
    this.look();
  }

  /** Looks for the next one for a while. */
  look(): void {
    if (!MAY_LOOK) return;
    this.#until = performance.now() + AWAKE_MS;
    if (this.#isAwake) return;
    if (this.#misses >= MOST_MISSES && (this.#misses += 1) % RETRY_EVERY !== 0) return;
    this.#isAwake = true;
    this.#hasHeard = false;
    setImmediate(this.#turn);
  }

  readonly #turn = (): void => {
    if (performance.now() < this.#until) setImmediate(this.#turn);
    else {
      this.#isAwake = false;
      this.#misses = this.#hasHeard ? 0 : this.#misses + 1;
    }
  };
}

/** On one processor the other side would wait for this one. */
const MAY_LOOK = availableParallelism() > 1;
