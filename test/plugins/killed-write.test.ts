import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeFileSafely } from "@hodu/engine/node";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildProcesses, type Processes } from "./build-processes.ts";

let processes: Processes;
let folder: string;
beforeAll(async () => {
  processes = await buildProcesses();
  folder = mkdtempSync(join(tmpdir(), "hodu-killed-"));
});
afterAll(() => {
  processes.remove();
  rmSync(folder, { recursive: true, force: true });
});

it("a process that is killed while it writes leaves the old file, and what it left goes with the next write", async () => {
  const path = join(folder, "m.hdss");
  writeFileSync(path, "old");
  const child = spawn(process.execPath, [processes.module("endless-writer"), path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(readFileSync(path, "utf8")).toBe("old");
  expect(readdirSync(folder)).toHaveLength(3);
  await writeFileSafely(path, {}, async (sink) => {
    await sink.sibling("sibling.bin");
  });
  expect(readdirSync(folder).sort()).toEqual(["m.hdss", "sibling.bin"]);
});
