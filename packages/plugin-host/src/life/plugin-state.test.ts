import { expect, it } from "vitest";
import { nextState, type PluginState } from "./plugin-state.ts";

it("goes from found to gone, and from there to use again", () => {
  const way: readonly PluginState[] = [
    "discovered",
    "validated",
    "resolved",
    "installed",
    "loaded",
    "initialized",
    "active",
    "draining",
    "unloaded",
    "loaded",
  ];
  expect(way.reduce((from, to) => nextState(from, to))).toBe("loaded");
});

it.each([
  ["disabled", "loaded"],
  ["quarantined", "loaded"],
  ["active", "loaded"],
  ["draining", "active"],
  ["discovered", "active"],
] as const)("does not go from %s to %s", (from, to) => {
  expect(() => nextState(from, to)).toThrow(`A plugin that is ${from} does not become ${to}`);
});
