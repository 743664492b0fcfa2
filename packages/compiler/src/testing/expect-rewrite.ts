import type { Snapshot } from "@hodu/core";
import { expect } from "vitest";
import type { Pass } from "../stages/pass.ts";
import { ops, runPass } from "./run-pass.ts";
import { resultDifference } from "./same-results.ts";

/** Runs a pass, expects these operators (but for Identity) and the same results, and returns what came out. For tests. */
export async function expectRewrite(given: Snapshot, pass: Pass, expected: readonly string[]): Promise<Snapshot> {
  const rewritten = await runPass(given, pass);
  expect(ops(rewritten).filter((op) => op !== "Identity")).toEqual(expected);
  expect(resultDifference(rewritten, given)).toBeUndefined();
  return rewritten;
}

/** Expects that a pass finds nothing. For tests. */
export async function expectNoRewrite(given: Snapshot, pass: Pass): Promise<void> {
  expect(ops(await runPass(given, pass))).toEqual(ops(given));
}
