import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { checkProgram } from "./check-program.ts";

const root = mkdtempSync(join(tmpdir(), "hodu-program-"));
afterAll(() => rmSync(root, { recursive: true }));

/** An ELF header up to its machine. */
function elf(machine: number, isBig = false): Buffer {
  const head = Buffer.alloc(64);
  head.write("\u007FELF", 0, "latin1");
  head[5] = isBig ? 2 : 1;
  if (isBig) head.writeUInt16BE(machine, 18);
  else head.writeUInt16LE(machine, 18);
  return head;
}

function check(content: Uint8Array | string, mode = 0o755): void {
  const path = join(root, "program");
  writeFileSync(path, content);
  chmodSync(path, mode);
  checkProgram(path, "hodu-format-x");
}

describe.skipIf(process.platform === "win32")("a plugin's own program", () => {
  it.each([
    ["empty", "", "is empty, expected an executable"],
    ["a text", "echo hello\n", "is no program, expected an executable, or a script whose first line begins with #!"],
    ["cut off", elf(62).subarray(0, 19), "is cut off, expected an executable"],
    ["for another machine", elf(process.arch === "x64" ? 183 : 62), "is for "],
    ["for a machine of the other byte order", elf(22, true), "is for machine 22, expected one for "],
  ])("that is %s is refused", (_, content, message) => {
    expect(() => check(content)).toThrowError(
      expect.objectContaining({ code: "BAD_PLUGIN", message: expect.stringContaining(message) as string }),
    );
  });

  it("that is not there, or may not be run, is refused", () => {
    const missing = join(root, "missing");
    expect(() => checkProgram(missing, "hodu-format-x")).toThrow("is not there, expected what its build makes");
    expect(() => check("#!/bin/sh\n", 0o644)).toThrow("cannot be run (EACCES)");
  });

  it("that this machine runs, or a script, is taken", () => {
    expect(() => check("#!/bin/sh\n")).not.toThrow();
    expect(() => checkProgram(process.execPath, "hodu-format-x")).not.toThrow();
  });
});
