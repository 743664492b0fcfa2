import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { abortError } from "hodu-plugin-sdk";
import { expect, it } from "vitest";
import { callLimit } from "./call-limit.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

it("ends a call when its time is up, whatever garbage was collected meanwhile", async () => {
  const { signal } = callLimit(new AbortController().signal, 100);
  const isAborted = new Promise<boolean>((resolve) => signal.addEventListener("abort", () => resolve(true)));
  await sleep(10);
  collectGarbage();
  expect(await Promise.race([isAborted, sleep(5_000, false)])).toBe(true);
  expect(abortError(signal).code).toBe("DEADLINE");
});

it.each([undefined, 60_000])("ends it for the reason that is given, with %s ms", (timeout) => {
  const controller = new AbortController();
  const { signal } = callLimit(controller.signal, timeout);
  expect(signal.aborted).toBe(false);
  controller.abort(new Error("enough"));
  expect(signal.reason).toEqual(new Error("enough"));
  expect(callLimit(controller.signal, timeout).signal.reason).toEqual(new Error("enough"));
});

it("lets go of what would end it", async () => {
  const controller = new AbortController();
  const limit = callLimit(controller.signal, 10);
  limit.end();
  controller.abort();
  await sleep(30);
  expect(limit.signal.aborted).toBe(false);
  const never = callLimit(undefined, undefined);
  never.end();
  expect(never.signal.aborted).toBe(false);
});
