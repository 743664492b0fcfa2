import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { folderState } from "./folder-state.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hodu-state-"));
  mkdirSync(join(folder, "dist"));
  writeFileSync(join(folder, "dist/index.js"), "1");
  writeFileSync(join(folder, "package.json"), "{}");
});
afterEach(() => rmSync(folder, { recursive: true }));

it("is the same while nothing changes, whatever a run leaves behind", () => {
  const before = folderState(folder);
  expect(before).toMatch(/^state:[0-9a-f]{64}$/);
  mkdirSync(join(folder, "__pycache__"));
  writeFileSync(join(folder, "__pycache__/a.pyc"), "x");
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(tmpdir(), join(folder, "node_modules/hodu-plugin-sdk"), "junction");
  expect(folderState(folder)).toBe(before);
});

it.skipIf(process.platform === "win32")("is another for a file of the same size and time", () => {
  const file = join(folder, "dist/index.js");
  const time = new Date("1985-10-26T08:15:00Z");
  utimesSync(file, time, time);
  const before = folderState(folder);
  rmSync(file);
  writeFileSync(file, "2");
  utimesSync(file, time, time);
  expect(folderState(folder)).not.toBe(before);
});

it("is another when a file is added, removed or renamed, or changes behind a link", () => {
  const linked = mkdtempSync(join(tmpdir(), "hodu-linked-"));
  symlinkSync(linked, join(folder, "linked"), "junction");
  symlinkSync(folder, join(linked, "back"), "junction");
  const states = [folderState(folder)];
  const change = (action: () => void): void => {
    action();
    states.push(folderState(folder));
  };
  change(() => writeFileSync(join(folder, "new.js"), ""));
  change(() => renameSync(join(folder, "new.js"), join(folder, "newer.js")));
  change(() => writeFileSync(join(linked, "a.js"), "1"));
  change(() => writeFileSync(join(linked, "a.js"), "22"));
  rmSync(join(folder, "newer.js"));
  rmSync(join(linked, "a.js"));
  expect(new Set(states).size).toBe(states.length);
  expect(folderState(folder)).toBe(states[0]);
  rmSync(linked, { recursive: true });
});
