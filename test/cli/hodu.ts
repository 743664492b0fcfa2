import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const HODU = join(ROOT, "packages/cli/bin/hodu.js");
export const DIGITS = join(ROOT, "examples/digits");
export const MODELS = join(ROOT, "../shared/data/models");
export const hasModels = existsSync(MODELS);

export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly milliseconds: number;
}

export interface HoduOptions {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Called with the process once it runs; `until` waits for text on its standard error. */
  readonly during?: (kill: (signal: NodeJS.Signals) => void, until: (text: string) => Promise<void>) => void;
}

/** Runs the command as a user would. */
export async function hodu(args: readonly string[], options: HoduOptions = {}): Promise<Finished> {
  const { NO_COLOR: _, FORCE_COLOR: __, ...env } = withoutSettings(process.env);
  const start = performance.now();
  const child = spawn(process.execPath, [HODU, ...args], {
    cwd: options.cwd ?? ROOT,
    env: { ...env, ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  child.stdin.on("error", () => {});
  child.stdin.end(options.input ?? "");
  const until = async (text: string): Promise<void> => {
    while (!stderr.includes(text) && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  options.during?.((signal) => child.kill(signal), until);
  const [status] = (await once(child, "close")) as [number | null];
  return { status, stdout, stderr, milliseconds: performance.now() - start };
}

/** The environment without settings of Hodu, with a home for it that is not there, and with a backend that every machine has. */
function withoutSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const others = Object.entries(environment).filter(([name]) => !name.startsWith("HODU_"));
  return { ...Object.fromEntries(others), HODU_HOME: join(tmpdir(), "hodu-no-home"), HODU_BACKENDS_PRIORITY: "interp" };
}

/** A folder of the test file's own, gone when it ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "hodu-cli-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
