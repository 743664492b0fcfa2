import { relative } from "node:path";
import type { ListedPlugin } from "@hodu/plugin-host";
import type { Place, Plugins } from "../plugins/discover.ts";

/** How plugins were looked for, as lines: each place with what was found in it, what is not used and why, and how long it took. */
export function describeDiscovery(found: Plugins): readonly string[] {
  const { plugins, shadowed, broken, disabled, untrusted, places, milliseconds } = found;
  const all = [...plugins, ...disabled, ...shadowed.map(({ plugin }) => plugin)];
  const count = plugins.length === 1 ? "1 plugin" : `${plugins.length} plugins`;
  return [
    ...places.map((place) => describePlace(place, all, found)),
    ...shadowed.map(
      ({ plugin, by }) => `${labelOf(plugin)} of ${placeOf(plugin)} is shadowed by that of ${placeOf(by)}`,
    ),
    ...disabled.map((plugin) => `${labelOf(plugin)} is disabled (hodu plugin enable ${plugin.manifest.id})`),
    ...untrusted.map((folder) => `${folder} holds plugins and is not trusted (hodu plugin trust .)`),
    ...broken.map(({ folder, error }) => `${folder} is broken: ${error.message.split("\n")[0]}`),
    `${count} in ${Math.round(milliseconds * 10) / 10} ms`,
  ];
}

function describePlace({ name, folder, origins }: Place, all: readonly ListedPlugin[], { broken }: Plugins): string {
  const isIn = (path: string | undefined): boolean => folder === undefined || isBelow(folder, path);
  const there = all.filter(({ origin, folder: own }) => origins.includes(origin) && isIn(own));
  const faults = broken.filter((one) => origins.includes(one.origin) && isIn(one.folder)).length;
  const names = [...there.map(labelOf), ...(faults > 0 ? [`${faults} broken`] : [])];
  return `${folder ?? "Hodu itself"} (${name}): ${names.length === 0 ? "nothing" : names.join(", ")}`;
}

const labelOf = ({ manifest }: ListedPlugin): string => `${manifest.id} ${manifest.version}`;

const placeOf = ({ folder, origin }: ListedPlugin): string => folder ?? origin;

function isBelow(folder: string, path: string | undefined): boolean {
  return path !== undefined && !relative(folder, path).startsWith("..");
}
