import type { Snapshot } from "@hodu/core";
import type { Pass } from "../stages/pass.ts";
import { ops, runPass } from "./run-pass.ts";
import { resultDifference } from "./same-results.ts";

/** Runs a pass, and returns what came out. Throws unless it has these operators (but for Identity) and gives the same results. For tests. */
export async function expectRewrite(given: Snapshot, pass: Pass, expected: readonly string[]): Promise<Snapshot> {
  const rewritten = await runPass(given, pass);
  expectOps(
    ops(rewritten).filter((op) => op !== "Identity"),
    expected,
  );
  const difference = resultDifference(rewritten, given);
  if (difference !== undefined) throw new Error(`The results differ: ${difference}`);
  return rewritten;
}

/** Throws when a pass finds something. For tests. */
export async function expectNoRewrite(given: Snapshot, pass: Pass): Promise<void> {
  expectOps(ops(await runPass(given, pass)), ops(given));
}

function expectOps(found: readonly string[], expected: readonly string[]): void {
  if (found.join() !== expected.join())
    throw new Error(`Expected the operators ${expected.join(" ")}, found ${found.join(" ")}`);
}
