import { expect, it } from "vitest";
import { describeBuild } from "./describe-build.ts";

const program = { command: "./plugin", build: ["go", "build"] } as const;

it("says what holds a program that builds, and whether it has the network", () => {
  const guards = { namespaces: true };
  expect(describeBuild({ program }, program.build, guards)).toBe(
    "It is built by go build. The build reads compilers, libraries and its own folder, writes that folder alone, and it has no network (enforced by Linux).",
  );
  const networked = describeBuild({ program, permissions: { network: true } }, program.build, guards);
  expect(networked).toContain("it has the network, as the plugin asks");
});

it("says that nothing holds a build where there are no namespaces", () => {
  const guards = { namespaces: false };
  expect(describeBuild({ program }, program.build, guards)).toContain("can do all that you can");
  expect(describeBuild({}, ["tsc"], guards)).toContain("from writing where its tsconfig.json says");
});
