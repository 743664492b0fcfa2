import { list } from "../commands/plugin/list.ts";
import { runCommand } from "../run-command.ts";

/** `hodu plugin list` without the other commands: most of its time would be taken by reading them. */
export function main(args: readonly string[]): Promise<void> {
  return runCommand(args, () => list({ all: args.includes("--all"), json: args.includes("--json") }));
}
