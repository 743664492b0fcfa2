import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HoduError } from "@hodu/core";
import { afterAll, expect } from "vitest";

/** Most computing and memory that a refusal may take. What waits instead of computing ends by the test's own deadline. */
const MAX_MILLISECONDS = 2000;
const MAX_BYTES = 64 * 2 ** 20;

/** A folder of the test file's own, gone when it ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "hodu-bad-inputs-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs a call that must end with one of our errors, in time, in little memory, and without writing into the folder. */
export async function expectRefusal(folder: string, call: () => Promise<unknown>): Promise<HoduError> {
  const before = filesIn(folder);
  const memory = process.resourceUsage().maxRSS;
  const start = process.cpuUsage();
  let error: unknown;
  try {
    await call();
  } catch (caught) {
    error = caught;
  }
  const { user, system } = process.cpuUsage(start);
  const milliseconds = (user + system) / 1000;
  const bytes = (process.resourceUsage().maxRSS - memory) * 1024;
  if (error === undefined) throw new Error("it was not refused");
  if (!(error instanceof HoduError)) throw error;
  expect(milliseconds).toBeLessThan(MAX_MILLISECONDS);
  expect(bytes).toBeLessThan(MAX_BYTES);
  expect(filesIn(folder)).toEqual(before);
  return error;
}

/** The refusal of a file that is broken: exit status 65, and the file's name. */
export async function expectRejected(folder: string, call: () => Promise<unknown>): Promise<HoduError> {
  const error = await expectRefusal(folder, call);
  expect({ code: error.code, message: error.message, exit: error.exitCode }).toMatchObject({ exit: 65 });
  return error;
}

/** The refusal of what is not allowed: exit status 77, and the flag that would allow it. */
export async function expectForbidden(folder: string, call: () => Promise<unknown>): Promise<HoduError> {
  const error = await expectRefusal(folder, call);
  expect({ code: error.code, message: error.message, exit: error.exitCode }).toMatchObject({ exit: 77 });
  expect(`${error.message} ${error.hint}`).toMatch(/--[a-z-]+/);
  return error;
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => `${name} ${statSync(join(folder, name), { throwIfNoEntry: false })?.size}`)
    .sort();
}
