import { shellWord } from "@hodu/engine/node";

/** Longest command that is worth repeating whole. */
const COMMAND_CHARACTERS = 200;

/** The command that was typed, with something added: the next one to type. */
export function again(addition: string, args: readonly string[] = process.argv.slice(2)): string {
  const command = ["hodu", ...args.map(shellWord), ...(addition === "" ? [] : [addition])].join(" ");
  return command.length <= COMMAND_CHARACTERS || addition === "" ? command : `add ${addition}`;
}

/** Arguments without these options and their values: `--backend cpu`, `--backend=cpu`. */
export function withoutOption(args: readonly string[], names: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (let i = 0; i < args.length; i++) {
    if (names.includes(args[i])) i += 1;
    else if (!names.some((name) => args[i].startsWith(`${name}=`))) kept.push(args[i]);
  }
  return kept;
}
