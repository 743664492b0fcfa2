import { AsyncLocalStorage } from "node:async_hooks";
import { HoduError, quote } from "@hodu/core";

/** A transition that is under way, and the one in which it was asked for. */
interface Transition {
  readonly subject: object;
  readonly above: Transition | undefined;
  isOpen: boolean;
}

const current = new AsyncLocalStorage<Transition>();

/** One transition at a time for each plugin: others wait for their turn. */
export class Turns {
  readonly #last = new WeakMap<object, Promise<unknown>>();

  /** Does `work` when it is the subject's turn. Rejects with BAD_USAGE within a transition of the same subject, which it would wait for. */
  async take<T>(subject: object, plugin: string, what: string, work: () => Promise<T>): Promise<T> {
    this.refuseWithin(subject, plugin, what);
    const transition = { subject, above: openTransition(), isOpen: true };
    const before = this.#last.get(subject) ?? Promise.resolve();
    const turn = before.then(() => current.run(transition, work)).finally(() => (transition.isOpen = false));
    this.#last.set(
      subject,
      turn.catch(() => {}),
    );
    return turn;
  }

  /** Throws BAD_USAGE within a transition of the subject. */
  refuseWithin(subject: object, plugin: string, what: string): void {
    for (let transition = openTransition(); transition !== undefined; transition = transition.above) {
      if (transition.subject === subject && transition.isOpen) throw justNow(plugin, what);
    }
  }
}

/** The nearest that is not over: what a plugin has begun in one may go on after it. */
function openTransition(): Transition | undefined {
  let transition = current.getStore();
  while (transition !== undefined && !transition.isOpen) transition = transition.above;
  return transition;
}

function justNow(plugin: string, what: string): HoduError {
  const message = `Cannot ${what} plugin ${quote(plugin)}: it is just being loaded or unloaded, expected to be done first`;
  return new HoduError("BAD_USAGE", message, { where: { plugin } });
}
