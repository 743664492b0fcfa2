import { expect, it } from "vitest";
import { describePermissions } from "./describe-permissions.ts";
import { type Guards, NO_GUARDS } from "./guards.ts";

const LINUX: Guards = {
  namespaces: true,
  node: { flag: "--experimental-permission", network: false },
  endsWithParent: true,
};
const module = { permissions: { read: ["~/data"], network: true } };

it("lists what is asked for, and what holds a module to it where there are namespaces", () => {
  expect(describePermissions(module, LINUX)).toEqual([
    "It asks to:",
    "  read ~/data",
    "  use the network",
    "It runs in a process of its own, which is held to that:",
    "  reading files: its own folder, the programs and libraries of the system, and what it asks for (enforced by Linux)",
    "  writing files: what it asks for (enforced by Linux)",
    "  the network: only if it asks for it (enforced by Linux)",
    "  starting programs: only if it asks for it (enforced by Node)",
    "  native code: only if it asks for it (enforced by Node)",
    "  environment variables: PATH, HOME, the language and what it asks for (enforced)",
  ]);
});

it("says of Node's flags that they know nothing of the network before Node 25", () => {
  const node20 = describePermissions({}, { ...LINUX, namespaces: false });
  expect(node20).toContain("  the network: not enforced, it can reach all that you can");
  expect(node20).toContain("  writing files: what it asks for (enforced by Node, which follows links out of there)");
  const node25 = { ...LINUX, namespaces: false, node: { flag: "--permission", network: true } } as const;
  expect(describePermissions({}, node25)).toContain("  the network: only if it asks for it (enforced by Node)");
});

it("names native code as unrestricted, which makes Node's flags worth nothing, unless a sandbox is there", () => {
  const native = { permissions: { native: true } };
  const without = describePermissions(native, { ...LINUX, namespaces: false });
  expect(without.slice(2)).toEqual([
    "Nothing holds it to that here:",
    "  reading files: not enforced, it can read all files that you can",
    "  writing files: not enforced, it can write all files that you can",
    "  the network: not enforced, it can reach all that you can",
    "  starting programs: not enforced, it can start any program",
    "  native code: not enforced, native code is unrestricted",
    expect.stringMatching(/^ {2}environment variables: not enforced/),
  ]);
  const within = describePermissions(native, LINUX);
  expect(within).toContain("  writing files: what it asks for (enforced by Linux)");
  expect(within).toContain("  starting programs: not enforced, what it starts is held to the same");
});

it("promises nothing of a program where there are no namespaces", () => {
  const program = { program: { command: "python3" } };
  expect(describePermissions(program, { ...LINUX, namespaces: false }).join("\n")).not.toContain("(enforced");
  expect(describePermissions(program, NO_GUARDS).join("\n")).not.toContain("(enforced");
  expect(describePermissions(program, LINUX)).toContain("  the network: only if it asks for it (enforced by Linux)");
});
