import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { callRows, type PluginRow } from "./calls.ts";

const fromRoot = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const isHere = (command: string, argument: string): boolean =>
  spawnSync(command, [argument], { stdio: "ignore" }).status === 0;

/** Times the same calls of the clients in Python, Go and C; those whose tools are not here are left out. */
export async function clientRows(rounds: number): Promise<readonly PluginRow[]> {
  const python = isHere("python3", "--version") ? await pythonRows(rounds) : [];
  const go = isHere("go", "version") ? await goRows(rounds) : [];
  const c = isHere("cc", "--version") ? await cRows(rounds) : [];
  return [...python, ...go, ...c];
}

function pythonRows(rounds: number): Promise<readonly PluginRow[]> {
  const environment = { HODU_PYTHON_CLIENT: fromRoot("clients/python"), PYTHONDONTWRITEBYTECODE: "1" };
  const program = { command: "python3", arguments: [fromRoot("bench/plugins/echo.py")], environment };
  return callRows(program, "Python: ", rounds);
}

async function cRows(rounds: number): Promise<readonly PluginRow[]> {
  const folder = mkdtempSync(join(tmpdir(), "hodu-bench-"));
  try {
    const command = join(folder, "echo");
    const sources = [
      "-I",
      fromRoot("clients/c"),
      fromRoot("bench/plugins/echo.c"),
      fromRoot("clients/c/hodu_plugin.c"),
    ];
    execFileSync("cc", ["-std=c11", "-O2", "-pthread", "-o", command, ...sources]);
    return await callRows({ command, arguments: [] }, "C: ", rounds);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function goRows(rounds: number): Promise<readonly PluginRow[]> {
  const folder = mkdtempSync(join(tmpdir(), "hodu-bench-"));
  try {
    const command = join(folder, "echo");
    const env = { ...process.env, GOPROXY: "off", GOFLAGS: "-mod=mod" };
    execFileSync("go", ["build", "-o", command, "."], { cwd: fromRoot("bench/plugins/echo_go"), env });
    return await callRows({ command, arguments: [] }, "Go: ", rounds);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
