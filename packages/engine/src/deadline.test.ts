import { getEventListeners } from "node:events";
import { HoduError } from "@hodu/core";
import { expect, test } from "vitest";
import { formatDuration, startDeadline } from "./deadline.ts";

test("a deadline aborts with DEADLINE", async () => {
  const { signal } = startDeadline(5);
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
  expect(signal.reason).toBeInstanceOf(HoduError);
  expect((signal.reason as HoduError).code).toBe("DEADLINE");
});

test("a deadline follows other signals, with their reason", () => {
  const other = new AbortController();
  const { signal } = startDeadline(undefined, other.signal);
  expect(signal.aborted).toBe(false);
  other.abort("why");
  expect(signal.reason).toBe("why");
  expect(startDeadline(1000, other.signal).signal.reason).toBe("why");
});

test("a cancelled deadline does not come", async () => {
  const { signal, cancel } = startDeadline(1);
  cancel();
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(signal.aborted).toBe(false);
});

test("a deadline that is over or cancelled is not held by the signals it followed", async () => {
  const other = new AbortController();
  for (const milliseconds of [undefined, 1]) startDeadline(milliseconds, other.signal).cancel();
  const { signal } = startDeadline(1, other.signal);
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
  expect(getEventListeners(other.signal, "abort")).toEqual([]);
});

test.each([
  [0.25, "0.3 ms"],
  [250, "250 ms"],
  [1500, "1.5 s"],
  [180_000, "3 min"],
])("%d milliseconds are %s", (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});
