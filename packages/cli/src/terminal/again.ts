import { shellWord } from "@hodu/engine/node";

/** Longest command that is worth repeating whole. */
const COMMAND_CHARACTERS = 200;

/** The command that was typed, with something added: the next one to type. */
export function again(addition: string, args: readonly string[] = process.argv.slice(2)): string {
  const command = ["hodu", ...args.map(shellWord), addition].join(" ");
  return command.length <= COMMAND_CHARACTERS ? command : `add ${addition}`;
}
