import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { hoduHome } from "../config/hodu-home.ts";
import { type KeptCode, keptCode, readCode, writeCode } from "./kept-code.ts";
import { MAX_KEEPING_STARTS } from "./limits.ts";
import { compileScript, type CompiledScript } from "./script.ts";

/** Commands that need most of the program: reading it as text takes longer than what they do on small files. */
const LARGE: readonly string[] = ["run", "inspect", "convert", "diff", "compare"];

/** The command from its bundle: with the code that the engine made of it at an earlier start where that is kept, else from its modules. */
export async function main(args: readonly string[]): Promise<void> {
  const script = LARGE.includes(args[0]) ? openScript(args[0]) : undefined;
  const program = script?.run() ?? (await import("../main.ts"));
  await program.main(args);
}

/** undefined where no code is kept, for whatever reason: then a start takes as long as it takes. */
function openScript(command: string): CompiledScript | undefined {
  try {
    const home = hoduHome(process.env);
    const kept = home === undefined ? undefined : keptCode(join(home, "cache"), command, identity());
    if (kept === undefined) return undefined;
    const code = readCode(kept);
    const script = compileScript(fileURLToPath(new URL("command.cjs", import.meta.url)), code);
    if (!script.isFromCode) keepAtExit(script, kept);
    return script;
  } catch {
    return undefined;
  }
}

/** What decides whether code fits: the build, the engine, and how it was started. */
function identity(): string {
  const build = readFileSync(new URL("build-id.txt", import.meta.url), "utf8");
  const { execArgv, env, versions, arch, platform } = process;
  return JSON.stringify([build, versions.node, versions.v8, arch, platform, execArgv, env.NODE_OPTIONS ?? ""]);
}

/** By then the engine has translated what a start of this command calls. */
function keepAtExit(script: CompiledScript, kept: KeptCode): void {
  process.once("exit", (status) => {
    const longest =
      MAX_KEEPING_STARTS * process.getBuiltinModule("node:perf_hooks").performance.nodeTiming.bootstrapComplete;
    if (status !== 0 || performance.now() > longest) return;
    try {
      writeCode(kept, script.code());
    } catch {
      // the next start takes as long as this one
    }
  });
}
