import { availableParallelism } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { StayAwake } from "./stay-awake.ts";

/** Longer than it looks. */
const WHILE_MS = 20;

const looks = (): number => process.getActiveResourcesInfo().filter((name) => name === "Immediate").length;

it.skipIf(availableParallelism() === 1)("looks for the next message for a while only", async () => {
  const awake = new StayAwake();
  const before = looks();
  awake.look();
  expect(looks()).toBe(before + 1);
  await sleep(WHILE_MS);
  expect(looks()).toBe(before);
});

it.skipIf(availableParallelism() === 1)(
  "gives up after some times in vain, and takes it up again when a message came",
  async () => {
    const awake = new StayAwake();
    const before = looks();
    const looksNow = (): boolean => {
      awake.look();
      return looks() > before;
    };
    let vain = 0;
    while (looksNow()) {
      vain += 1;
      await sleep(WHILE_MS);
    }
    expect(vain).toBe(4);
    while (!looksNow());
    awake.heard();
    await sleep(WHILE_MS);
    expect(looksNow()).toBe(true);
  },
);
