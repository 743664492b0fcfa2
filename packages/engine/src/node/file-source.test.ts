import { execFileSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HoduError } from "@hodu/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openFile } from "./file-source.ts";

let root: string;
let folder: string;
const model = (): string => join(folder, "model.onnx");

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "hodu-files-"));
  folder = join(root, "model");
  mkdirSync(join(folder, "sub"), { recursive: true });
  writeFileSync(model(), "model");
  writeFileSync(join(root, "secret"), "secret");
  writeFileSync(join(folder, "sub", "w.bin"), "weights");
  writeFileSync(join(folder, "plain.bin"), "plain");
  symlinkSync(join(root, "secret"), join(folder, "link"));
  mkdirSync(join(root, "elsewhere"));
  writeFileSync(join(root, "elsewhere", "w.bin"), "far");
  symlinkSync(join(root, "elsewhere"), join(folder, "linked"));
  linkSync(join(root, "secret"), join(folder, "hard"));
  if (process.platform !== "win32") execFileSync("mkfifo", [join(folder, "pipe")]);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function failure(action: Promise<unknown>): Promise<HoduError> {
  const error: unknown = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof HoduError) return error;
  throw new Error(`expected a HoduError, found ${String(error)}`);
}

describe("openFile", () => {
  it("reads parts of a small file", async () => {
    const file = await openFile(model());
    expect(file.size).toBe(5);
    expect(Buffer.from(await file.read(1, 3)).toString()).toBe("ode");
    expect((await file.read(5, 0)).length).toBe(0);
  });

  it("refuses a range outside of the file", async () => {
    const file = await openFile(model());
    for (const [offset, length] of [
      [3, 3],
      [-1, 2],
      [0, -1],
      [0.5, 1],
      [Number.NaN, 1],
      [2 ** 60, 1],
    ]) {
      expect((await failure(file.read(offset, length))).code).toBe("BAD_MODEL");
    }
  });

  it("gives an advice for a file that is not there", async () => {
    const error = await failure(openFile(join(folder, "modl.onnx")));
    expect(error.code).toBe("MISSING_INPUT");
    expect(error.exitCode).toBe(66);
    expect(error.hint).toContain("model.onnx");
  });

  it("says that a name is not UTF-8", async () => {
    const error = await failure(openFile(join(folder, "mod\ufffdl.onnx")));
    expect(error.exitCode).toBe(66);
    expect(error.message).toContain("not UTF-8");
  });

  it.each([
    ["a directory", () => folder],
    ["a pipe", () => join(folder, "pipe")],
    ["a device", () => "/dev/zero"],
  ])("refuses %s without waiting", async (kind, path) => {
    const error = await failure(openFile(path()));
    expect(error.code).toBe("MISSING_INPUT");
    expect(error.message).toContain(kind);
  });

  it.skipIf(process.getuid?.() === 0)("names the right that is missing", async () => {
    const path = join(folder, "unreadable");
    writeFileSync(path, "");
    chmodSync(path, 0);
    const error = await failure(openFile(path));
    expect(error.code).toBe("MISSING_INPUT");
    expect(error.hint).toContain("chmod");
  });

  it.each([
    "with space",
    "-dash",
    "quo'te\"",
    "new\nline",
    "emoji 😀",
    "e\u0301",
    "x".repeat(255),
    "a=b",
    "C:\\x",
    "%n",
  ])("opens a file named %j", async (name) => {
    writeFileSync(join(root, name), name);
    const file = await openFile(join(root, name));
    expect(Buffer.from(await file.read(0, file.size)).toString()).toBe(name);
  });

  it("reads a 3 GB file in windows, and across their borders", async () => {
    const path = join(root, "big");
    const size = 3 * 2 ** 30 + 12345;
    const descriptor = openSync(path, "w");
    ftruncateSync(descriptor, size);
    const marks = [0, 2 ** 30 - 2, 2 ** 31 - 2, size - 4];
    for (const mark of marks) writeSync(descriptor, "MARK", mark);
    closeSync(descriptor);
    const file = await openFile(path);
    for (const mark of marks) expect(Buffer.from(await file.read(mark, 4)).toString()).toBe("MARK");
    expect((await file.read(2 ** 29, 2 ** 30)).length).toBe(2 ** 30);
    expect((await failure(file.read(size - 3, 4))).code).toBe("BAD_MODEL");
    rmSync(path);
  });
});

describe("sibling", () => {
  const sibling = async (name: string, allowExternal: readonly string[] = []) =>
    (await openFile(model(), { allowExternal })).sibling(name);

  it.each(["plain.bin", "./plain.bin", "sub/w.bin", "sub/../plain.bin"])("opens %s", async (name) => {
    expect((await sibling(name)).size).toBeGreaterThan(0);
  });

  it.each([
    "../secret",
    "sub/../../secret",
    "..\\secret",
    "/etc/passwd",
    "C:\\w.bin",
    "\\\\host\\w",
    "link",
    "linked/w.bin",
    "hard",
  ])("refuses %s by policy and names the override", async (name) => {
    const error = await failure(sibling(name));
    expect(error.code).toBe("POLICY");
    expect(error.exitCode).toBe(77);
    expect(error.message + error.hint).toContain("--allow-external");
  });

  it.each(["../secret", "link", "hard"])("opens %s when the user allows it", async (name) => {
    expect((await sibling(name, [root])).size).toBe(6);
    expect((await sibling(name, [join(root, "secret"), join(folder, "hard")])).size).toBe(6);
    expect((await failure(sibling(name, [join(root, "elsewhere")]))).code).toBe("POLICY");
  });

  it.each(["", "w.bin\0.txt", "nothing.bin", "sub", ".", "pipe", "/dev/zero", "plain.bin/x"])(
    "refuses %j as damage, without waiting",
    async (name) => {
      const error = await failure(sibling(name));
      expect(error.code).toBe("BAD_MODEL");
      expect(error.exitCode).toBe(65);
    },
  );

  it("holds the files that a sibling names to the same policy", async () => {
    const file = await sibling("sub/w.bin");
    expect((await failure(file.sibling("../plain.bin"))).code).toBe("POLICY");
  });
});
