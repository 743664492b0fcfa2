import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { thisMachine } from "./this-machine.ts";

const folder = mkdtempSync(join(tmpdir(), "hodu-machine-"));
mkdirSync(join(folder, "pkgconfig"));
writeFileSync(join(folder, "pkgconfig", "told.pc"), "Name: told\nVersion: 3.1.4\n");
for (const name of ["libfiled.so.0.3.21", "libfiled.so.0", "libfiled.so", "libother.a", "program", "data"]) {
  writeFileSync(join(folder, name), "");
}
chmodSync(join(folder, "program"), 0o755);
const machine = thisMachine({ PATH: folder, LD_LIBRARY_PATH: folder });

it("reads versions of libraries where the system says them, else from names of files", () => {
  expect(machine.library("told")).toBe("3.1.4");
  expect(machine.library("filed")).toBe("0.3.21");
  expect(machine.library("other")).toBeUndefined();
  expect(machine.library("../told")).toBeUndefined();
});

it("finds programs that may be run, and libraries", () => {
  expect(["program", "data", "told", "nothing", "", ".", "a/b"].map((name) => machine.has(name))).toEqual([
    true,
    false,
    true,
    false,
    false,
    false,
    false,
  ]);
});
