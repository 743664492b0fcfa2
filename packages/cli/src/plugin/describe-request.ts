import type { Manifest } from "hodu-plugin-sdk";

/** What a plugin asks for, line by line, and what holds it to that. */
export function describeRequest(
  { id, version, author, permissions = {}, program }: Manifest,
  build: readonly string[] | undefined,
  inProcess: boolean,
): readonly string[] {
  const {
    read = [],
    write = [],
    network = false,
    childProcesses = false,
    environment = [],
    native = false,
  } = permissions;
  const asked = [
    ...read.map((path) => `read ${path}`),
    ...write.map((path) => `write ${path}`),
    ...(network ? ["use the network"] : []),
    ...(childProcesses ? ["start programs"] : []),
    ...environment.map((name) => `see the environment variable ${name}`),
    ...(native ? ["load native code"] : []),
  ];
  return [
    `${id} ${version} by ${author}`,
    ...(build === undefined ? [] : [`  It is built by: ${build.join(" ")}`]),
    ...(program === undefined
      ? []
      : [`  It runs the program: ${[program.command, ...(program.arguments ?? [])].join(" ")}`]),
    asked.length === 0 ? "  It asks for no permissions." : "  It asks to:",
    ...asked.map((line) => `    ${line}`),
    inProcess
      ? "  It runs in Hodu's own process, as you: it can do all that you can."
      : "  It runs in a process of its own, as you.",
  ];
}
