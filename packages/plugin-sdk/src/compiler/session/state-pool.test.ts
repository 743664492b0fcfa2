import { expect, test } from "vitest";
import type { RunState } from "./program-memory.ts";
import { StatePool } from "./state-pool.ts";

/** States told apart by their number. */
function numbered(capacity: number, keepsStates?: boolean): { readonly pool: StatePool; readonly made: () => number } {
  let made = 0;
  // The pool looks at nothing of a state.
  const pool = new StatePool(capacity, () => ({ number: made++ }) as unknown as RunState, keepsStates);
  return { pool, made: () => made };
}

test("the state of a run that is over serves the next one", () => {
  const { pool, made } = numbered(2);
  for (let run = 0; run < 3; run++) pool.give(pool.take()!);
  expect(made()).toBe(1);
});

test("where states are not kept, each run gets a new one", () => {
  const { pool, made } = numbered(2, false);
  for (let run = 0; run < 3; run++) pool.give(pool.take()!);
  expect(made()).toBe(3);
});

test("a run more than there may be waits for a state, kept or not", async () => {
  const { pool } = numbered(1, false);
  const first = pool.take()!;
  expect(pool.take()).toBeUndefined();
  const waiting = pool.takeLater(new AbortController().signal);
  pool.give(first);
  expect(await waiting).toBe(first);
});
