import type { ListedPlugin } from "@hodu/plugin-host";
import { INTERP } from "../plugins/built-in.ts";
import type { PluginReport } from "./check-plugin.ts";
import type { Finding } from "./finding.ts";
import { type KnownComponent, KNOWN_COMPONENTS } from "./known-components.ts";

/** The backends, or the formats, that are there; then those that are disabled, or not installed. */
export function listComponents(
  kind: KnownComponent["kind"],
  reports: readonly PluginReport[],
  disabled: readonly ListedPlugin[],
): readonly Finding[] {
  const there = reports.flatMap((report) => findingsOf(kind, report));
  const off = disabled.flatMap((plugin) =>
    namesOf(kind, plugin).map((name) => absent(name, "disabled", `hodu plugin enable ${plugin.manifest.id}`)),
  );
  const known = new Set([...there, ...off].map(({ name }) => name));
  const missing = KNOWN_COMPONENTS.filter((one) => one.kind === kind && !known.has(one.name)).map(
    ({ name, requires }) =>
      absent(name, requires === undefined ? "not installed" : `not installed, requires ${requires}`),
  );
  return [...there, ...off, ...missing];
}

/** What is built in is one line: `hdss, hdt, json (builtin)`. */
function findingsOf(kind: KnownComponent["kind"], { plugin, unavailable }: PluginReport): readonly Finding[] {
  const names = namesOf(kind, plugin);
  if (names.length > 0 && isBuiltIn(plugin)) {
    const name = names.join(", ");
    return [{ mark: "ok", name, text: `${name} (builtin)` }];
  }
  return names.map((name) => {
    const label = `${name} ${plugin.manifest.version}`;
    const reason = unavailable.get(name);
    return reason === undefined
      ? { mark: "ok", name, text: label }
      : { mark: "absent", name, text: `${label} (not available: ${reason})` };
  });
}

const isBuiltIn = ({ origin, manifest }: ListedPlugin): boolean =>
  origin === "builtin" || manifest.id === INTERP.manifest.id;

const namesOf = (kind: KnownComponent["kind"], { manifest }: ListedPlugin): readonly string[] =>
  manifest.components.flatMap((component) => (component.kind === kind ? [component.name] : []));

const absent = (name: string, why: string, fix?: string): Finding => ({
  mark: "absent",
  name,
  text: `${name} (${why})`,
  ...(fix !== undefined && { fix }),
});
