import { describeBuild, describePermissions, guardsHere } from "@hodu/plugin-host/install";
import type { Manifest } from "hodu-plugin-sdk";

/** What a plugin asks for, line by line: how it is built, what it may do, and what holds it to that on this machine. */
export function describeRequest(
  manifest: Manifest,
  build: readonly string[] | undefined,
  inProcess: boolean,
): readonly string[] {
  const { id, version, author, program } = manifest;
  return [
    `${id} ${version} by ${author}`,
    ...(build === undefined ? [] : [describeBuild(manifest, build, guardsHere())]),
    ...(program === undefined ? [] : [`It runs ${[program.command, ...(program.arguments ?? [])].join(" ")}.`]),
    ...(inProcess
      ? ["It runs in Hodu's own process, where it can do all that you can."]
      : describePermissions(manifest, guardsHere())),
  ];
}
