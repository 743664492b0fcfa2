import type { PluginProgram } from "../child/program.ts";
import { limitCommands } from "./limit-commands.ts";
import { systemProgram } from "./system-program.ts";

/** The program, ended when the host is, within limits of memory (bytes): what Linux does without namespaces. Elsewhere the program as it is. */
export function endingWithParent(program: PluginProgram, maxMemory: number | undefined): PluginProgram {
  const [setpriv, shell] = ["setpriv", "sh"].map(systemProgram);
  if (setpriv === undefined || shell === undefined) return program;
  const script = [...limitCommands(maxMemory), 'exec "$@"'].join("\n");
  return {
    ...program,
    command: setpriv,
    arguments: ["--pdeathsig", "KILL", "--", shell, "-c", script, "hodu-plugin", program.command, ...program.arguments],
  };
}
