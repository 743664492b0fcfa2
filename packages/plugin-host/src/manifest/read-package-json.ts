import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { HoduError, quote } from "@hodu/core";
import { MAX_PACKAGE_BYTES } from "./limits.ts";

/** O_NONBLOCK: opening a pipe returns at once, so that it can be refused. It is absent on Windows. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** A folder's package.json, parsed; nothing of its content is checked. Throws MISSING_INPUT, BAD_PLUGIN, IO. */
export function readPackageJson(folder: string): unknown {
  const file = join(folder, "package.json");
  const bytes = readFile(file);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw refusal(file, cause instanceof SyntaxError ? "it is not JSON" : "it is not UTF-8", "a JSON object", cause);
  }
}

function readFile(file: string): Uint8Array {
  let descriptor: number;
  try {
    descriptor = openSync(file, OPEN_FLAGS);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code !== "ENOENT" && code !== "ENOTDIR") {
      throw new HoduError("IO", `Cannot read ${quote(file)}: ${String(code)}`, { cause, where: { file } });
    }
    throw new HoduError(
      "MISSING_INPUT",
      `Cannot read ${quote(file)}: there is no such file, expected a plugin's package.json`,
      {
        hint: "hodu plugin new my-plugin --type format",
        where: { file },
      },
    );
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw refusal(file, "it is no file", "a file");
    if (stats.size > MAX_PACKAGE_BYTES) throw refusal(file, `${stats.size} bytes`, `at most ${MAX_PACKAGE_BYTES}`);
    const bytes = new Uint8Array(stats.size);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(descriptor);
  }
}

function refusal(file: string, found: string, expected: string, cause?: unknown): HoduError {
  return new HoduError("BAD_PLUGIN", `Cannot read ${quote(file)}: ${found}, expected ${expected}`, {
    cause,
    where: { file },
  });
}
