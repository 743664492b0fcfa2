import { describePermissions, guardsHere } from "@hodu/plugin-host/install";
import type { Manifest } from "hodu-plugin-sdk";

/** What a plugin asks for, line by line, and what holds it to that on this machine. */
export function describeRequest(
  manifest: Manifest,
  build: readonly string[] | undefined,
  inProcess: boolean,
): readonly string[] {
  const { id, version, author, program } = manifest;
  const isWithin = inProcess && program === undefined;
  return [
    `${id} ${version} by ${author}`,
    ...(build === undefined ? [] : [`  It is built by: ${build.join(" ")}, which nothing restricts`]),
    ...(program === undefined
      ? []
      : [`  It runs the program: ${[program.command, ...(program.arguments ?? [])].join(" ")}`]),
    ...(isWithin
      ? ["  It runs in Hodu's own process, as you: it can do all that you can."]
      : describePermissions(manifest, guardsHere()).map((line) => `  ${line}`)),
  ];
}
