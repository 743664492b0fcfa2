import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { compileC } from "./compile-c.ts";
import { hasC, hasGo, hasPython } from "./example-plugins.ts";

const TIMEOUT_MS = 120_000;

/** Runs a command in the folder of a client; what it printed is what a failure shows. */
function expectPasses(client: string, command: string, ...args: readonly string[]): void {
  const cwd = fileURLToPath(new URL(`../../clients/${client}`, import.meta.url));
  const env = { ...process.env, GOPROXY: "off", PYTHONDONTWRITEBYTECODE: "1" };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: "utf8", timeout: TIMEOUT_MS });
  expect(status, `${stdout}\n${stderr}`).toBe(0);
}

it.skipIf(!hasPython)(
  "the client in Python passes its own tests (skipped where there is no python3)",
  { timeout: TIMEOUT_MS },
  () => {
    expectPasses("python", "python3", "-m", "unittest", "-q");
  },
);

it.skipIf(!hasGo)(
  "the client in Go passes its own tests and go vet (skipped where there is no go)",
  { timeout: TIMEOUT_MS },
  () => {
    expectPasses("go", "go", "vet", "./...");
    expectPasses("go", "go", "test", "./...");
  },
);

it.skipIf(!hasC)(
  "the client in C compiles without a warning and passes its own tests (skipped where there is no cc)",
  { timeout: TIMEOUT_MS },
  () => {
    const folder = mkdtempSync(join(tmpdir(), "hodu-c-"));
    const binary = join(folder, "test");
    compileC(["test_hodu_plugin.c"], binary);
    expectPasses("c", binary);
    rmSync(folder, { recursive: true });
  },
);
