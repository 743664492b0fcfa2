import { AsyncLocalStorage } from "node:async_hooks";
import { HoduError, quote } from "@hodu/core";

/** The plugins in whose transitions something is called. */
const held = new AsyncLocalStorage<readonly object[]>();

/** One transition at a time for each plugin: others wait for their turn. */
export class Turns {
  readonly #last = new WeakMap<object, Promise<unknown>>();

  /** Does `work` when it is the subject's turn. Rejects with BAD_USAGE within a transition of the same subject, which it would wait for. */
  async take<T>(subject: object, plugin: string, what: string, work: () => Promise<T>): Promise<T> {
    this.refuseWithin(subject, plugin, what);
    const above = held.getStore() ?? [];
    const before = this.#last.get(subject) ?? Promise.resolve();
    const turn = before.then(() => held.run([...above, subject], work));
    const over = turn.catch(() => {});
    this.#last.set(subject, over);
    return turn;
  }

  /** Throws BAD_USAGE within a transition of the subject. */
  refuseWithin(subject: object, plugin: string, what: string): void {
    if (held.getStore()?.includes(subject) !== true) return;
    const message = `Cannot ${what} plugin ${quote(plugin)}: it is just being loaded or unloaded, expected to be done first`;
    throw new HoduError("BAD_USAGE", message, { where: { plugin } });
  }
}
