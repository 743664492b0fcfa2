import { HoduError } from "@hodu/core";
import { describe, expect, it } from "vitest";
import { checkManifest, readPackage } from "./check-manifest.ts";

const format = {
  kind: "format",
  name: "points",
  title: "Points",
  modelExtensions: [],
  tensorExtensions: [".pts"],
  capabilities: ["load_tensor"],
};
const good = {
  name: "hodu-format-points",
  version: "1.2.3",
  description: "Reads points.",
  author: "Someone",
  license: "MIT",
  peerDependencies: { "hodu-plugin-sdk": "^0.3.0" },
  scripts: { postinstall: "echo no" },
  hodu: { components: [format], requires: { plugins: { "base-plugin": "~=1.4" } }, permissions: { network: true } },
};

const withProgram = (program: object): object => ({ hodu: { components: [format], program } });
const MANY = Object.fromEntries(Array.from({ length: 1025 }, (_, i) => [`p${i}`, "*"]));

const findingsOf = (changed: object): string[] =>
  readPackage({ ...good, ...changed }).findings.map(({ field }) => field);

describe("checkManifest", () => {
  it("makes the manifest of npm's members and hodu's own", () => {
    expect(checkManifest(good, "points")).toEqual({
      id: "hodu-format-points",
      version: "1.2.3",
      description: "Reads points.",
      author: "Someone",
      license: "MIT",
      sdk: "^0.3.0",
      ...good.hodu,
    });
  });

  it.each([
    ["a name that leads elsewhere", { name: "../x" }, "name"],
    ["a version that is none", { version: "one" }, "version"],
    ["no range of the SDK", { peerDependencies: {} }, 'peerDependencies["hodu-plugin-sdk"]'],
    ["no component", { hodu: { components: [] } }, "hodu.components"],
    ["a kind that there is not", { hodu: { components: [{ ...format, kind: "formt" }] } }, "hodu.components[0].kind"],
    [
      "an extension without a dot",
      { hodu: { components: [{ ...format, tensorExtensions: ["pts"] }] } },
      "hodu.components[0].tensorExtensions[0]",
    ],
    ["a component twice", { hodu: { components: [format, format] } }, "hodu.components[1]"],
    ["a member that there is not", { hodu: { components: [format], permisions: {} } }, "hodu"],
    [
      "a library outside",
      { hodu: { components: [{ kind: "adapter", name: "a", library: "../a.so", smi: "1.0.0" }] } },
      "hodu.components[0].library",
    ],
    [
      "a range that is none",
      { hodu: { components: [format], requires: { plugins: { a: "newest" } } } },
      "hodu.requires.plugins.a",
    ],
    ["a program outside", withProgram({ command: "../run" }), "hodu.program.command"],
    ["a build outside", withProgram({ command: "run", build: ["/bin/sh"] }), "hodu.program.build"],
    ["a zero byte", withProgram({ command: "run", arguments: ["a\0b"] }), "hodu.program.arguments[0]"],
    [
      "a path that leads up",
      { hodu: { components: [format], permissions: { read: ["~/a", "~/../b"] } } },
      "hodu.permissions.read[1]",
    ],
    [
      "more requirements than anybody has",
      { hodu: { components: [format], requires: { plugins: MANY } } },
      "hodu.requires.plugins",
    ],
  ])("finds %s", (_, changed, field) => {
    expect(findingsOf(changed)).toEqual([field]);
  });

  it.each([
    [{ version: 1 }, "found 1, expected text"],
    [{ version: "one" }, 'found "one", expected a version such as 1.0.0'],
    [{ peerDependencies: {} }, "found nothing, expected text"],
    [{ hodu: { components: [] } }, "found an empty list, expected at least 1 of them"],
    [{ hodu: { components: [format], permisions: {} } }, 'found "permisions", expected no member of that name'],
    [{ hodu: { components: [format], permissions: { network: "yes" } } }, 'found "yes", expected true or false'],
    [
      { hodu: { components: [{ ...format, capabilities: ["load"] }] } },
      'found "load", expected "load_model", "save_model", "load_tensor" or "save_tensor"',
    ],
  ])("says of %j what was found and what was expected", (changed, problem) => {
    expect(readPackage({ ...good, ...changed }).findings.map((finding) => finding.problem)).toEqual([problem]);
  });

  it("names the kinds where there is another", () => {
    const [{ problem }] = readPackage({ ...good, hodu: { components: [{ kind: "formt" }] } }).findings;
    expect(problem).toMatch(/^found "formt", expected "format", "backend", .* or "extension"$/);
  });

  it("lists all findings at once, and names the field of the first", () => {
    const bad = { ...good, version: "one", license: "" };
    try {
      checkManifest(bad, "points");
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(HoduError);
      const { code, message, where } = error as HoduError;
      expect([code, where.field]).toEqual(["BAD_PLUGIN", "version"]);
      expect(message).toContain("breaks 2 rules:\n  version: ");
      expect(message).toContain("\n  license: ");
    }
  });

  it.each([[null], [[]], ["text"], [{}]])("refuses %j", (found) => {
    expect(readPackage(found).findings.length).toBeGreaterThan(0);
  });
});
