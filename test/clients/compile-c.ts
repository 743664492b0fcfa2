import { execFileSync, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const client = fileURLToPath(new URL("../../clients/c", import.meta.url));

/** Compiles files beside the client in C with all warnings as errors, and with what finds errors of memory where the compiler has it. */
export function compileC(sources: readonly string[], binary: string): void {
  const flags = ["-std=c11", "-O1", "-g", "-Wall", "-Wextra", "-Werror", "-pthread", "-I.", "-o", binary, ...sources];
  const sanitizers = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
  const checked = spawnSync("cc", [...flags, ...sanitizers, "-lm"], { cwd: client, stdio: "ignore" });
  if (checked.status !== 0) execFileSync("cc", [...flags, "-lm"], { cwd: client, stdio: "pipe" });
}
