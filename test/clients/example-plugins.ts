import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { PluginProgram } from "@hodu/plugin-host";
import type { Manifest } from "hodu-plugin-sdk";
import { readManifest } from "../../packages/plugin-host/src/manifest/read-manifest.ts";
import { compileC } from "./compile-c.ts";
import { findPython } from "../../tools/python-packages.ts";

const examples = fileURLToPath(new URL("../../examples/plugins", import.meta.url));

/** An example plugin in another language, or why it cannot run here. */
export interface ExamplePlugin {
  readonly manifest: Manifest;
  readonly program: PluginProgram;
  /** Why it cannot run here; undefined: it can. */
  readonly reason: string | undefined;
  /** What was made for it alone, to be removed. */
  readonly made?: string;
}

/** The example in Python, for an interpreter that has numpy: the machine's own, or one that the tests install. */
export function pythonExample(): ExamplePlugin {
  const folder = join(examples, "python");
  const hasNumpy = spawnSync("python3", ["-c", "import numpy"], { stdio: "ignore" }).status === 0;
  const { interpreter = "python3", reason } = hasNumpy ? { interpreter: "python3" } : findPython();
  const manifest = readManifest(folder);
  const program = { command: interpreter, arguments: manifest.program!.arguments!, folder };
  return { manifest, program, reason };
}

/** The example in Go, built as its manifest says, without the network. */
export function goExample(): ExamplePlugin {
  const manifest = readManifest(join(examples, "go"));
  const made = mkdtempSync(join(tmpdir(), "hodu-go-"));
  cpSync(join(examples, "go"), made, { recursive: true });
  const [command, ...build] = manifest.program!.build!;
  const program = { command: join(made, manifest.program!.command), arguments: [], folder: made };
  if (!hasGo) return { manifest, program, reason: "there is no go", made };
  execFileSync(command, build, {
    cwd: made,
    stdio: "pipe",
    env: { ...process.env, GOFLAGS: "-mod=mod", GOPROXY: "off" },
  });
  return { manifest, program, reason: undefined, made };
}

/** The example in C, built beside a copy of the client. */
export function cExample(): ExamplePlugin {
  const manifest = readManifest(join(examples, "c"));
  const made = mkdtempSync(join(tmpdir(), "hodu-c-"));
  cpSync(join(examples, "c"), made, { recursive: true });
  const sources = ["main.c", "wav.c", "hodu_plugin.c"].map((name) => join(made, name));
  for (const name of ["hodu_plugin.c", "hodu_plugin.h"])
    cpSync(join(examples, "../../clients/c", name), join(made, name));
  const program = { command: join(made, manifest.program!.command), arguments: [], folder: made };
  if (!hasC) return { manifest, program, reason: "there is no cc", made };
  compileC(sources, program.command);
  return { manifest, program, reason: undefined, made };
}

export const hasGo = spawnSync("go", ["version"], { stdio: "ignore" }).status === 0;
export const hasC = spawnSync("cc", ["--version"], { stdio: "ignore" }).status === 0;
export const hasPython = spawnSync("python3", ["--version"], { stdio: "ignore" }).status === 0;
