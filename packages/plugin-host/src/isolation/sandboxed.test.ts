import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { guardsHere } from "./guards-here.ts";
import { sandboxed } from "./sandboxed.ts";
import { visiblePaths } from "./visible-paths.ts";

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "hodu-sandbox-"));
  writeFileSync(join(root, "hidden"), "");
});
afterAll(() => rmSync(root, { recursive: true }));

/** What a shell's script prints in a sandbox that shows paths. */
function inSandbox(read: readonly string[], script: string, ...words: readonly string[]): string {
  const paths = visiblePaths({ code: [], read, write: [], isNative: false });
  const program = { command: "sh", arguments: ["-c", script, "sh", ...words] };
  const { command, arguments: given } = sandboxed(program, { paths, network: false, maxMemory: undefined });
  const { stdout, stderr } = spawnSync(command, given, { encoding: "utf8" });
  return stdout + stderr;
}

describe.skipIf(!guardsHere().namespaces)("a sandbox (skipped where there are no namespaces)", () => {
  it.each([
    ["a b", "spaces"],
    ["a\t\n\v\f\rb", "tabs and ends of lines"],
    ["a\u00a0\u3000\u2003b", "white space of other scripts"],
    ["a#\\040'\"$(b)`b`b", "what a shell or a table would act on"],
    ["-ä😀", "a dash and letters of all kinds"],
  ])("shows the folder %j: %s", (name) => {
    const folder = join(root, name);
    mkdirSync(folder);
    writeFileSync(join(folder, "file"), "it is there");
    expect(inSandbox([folder], 'cat -- "$1/file"; ls "$1/.."', folder)).toBe(`it is there${name}\n`);
  });

  it("shows all there is where that was granted, and where a link leads to that", () => {
    const all = join(root, "all");
    symlinkSync("/", all);
    for (const path of ["/", all]) expect(inSandbox([path], `ls "$1$2" && ls /usr`, path, root)).toContain("hidden");
  });
});
