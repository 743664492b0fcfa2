import type { ListedPlugin } from "@hodu/plugin-host";
import type { Component, ComponentKind } from "hodu-plugin-sdk";
import { openConfig } from "../../config/config.ts";
import { describeComponent } from "../../plugin/describe-component.ts";
import { type Known, readEntries } from "../../plugin/known-plugins.ts";
import { entryOf } from "../../plugins/entry-of.ts";
import { escapeJson, escapeName } from "../../terminal/escape.ts";
import { textWidth } from "../../terminal/text-width.ts";
import { writeResult } from "../../terminal/write.ts";

/** The options of `hodu plugin list`. */
export interface ListFlags {
  readonly all?: boolean;
  readonly json?: boolean;
}

/** Headings of the list, in its order. */
const HEADINGS: Readonly<Record<ComponentKind, string>> = {
  backend: "Backend plugins:",
  format: "Format plugins:",
  transform: "Transform plugins:",
  operator: "Operator plugins:",
  extension: "Extension plugins:",
  runtime: "Runtimes:",
  adapter: "Adapters:",
  kernel: "Kernels:",
  "kernel-backend": "Kernel backends:",
  "hw-transform": "Hardware transforms:",
};

/** These two are there even when they are empty. */
const ALWAYS: readonly ComponentKind[] = ["backend", "format"];

/** `hodu plugin list`. */
export async function list({ all = false, json = false }: ListFlags): Promise<void> {
  const known = await readEntries(await openConfig());
  if (json) return writeResult(`${escapeJson(JSON.stringify(asJson(known), null, 2))}\n`);
  const rows = rowsByKind(known);
  const kinds = Object.keys(HEADINGS) as ComponentKind[];
  const sections = kinds.flatMap((kind) => formatKind(kind, rows.get(kind) ?? []));
  const rest = all ? formatRest(known) : summarizeRest(known);
  await writeResult(`${[...sections, ...rest].join("\n").trimEnd()}\n`);
}

type Row = readonly string[];

function rowsByKind(known: Known): ReadonlyMap<ComponentKind, readonly Row[]> {
  const rows = new Map<ComponentKind, Row[]>();
  for (const plugin of known.plugins) {
    for (const component of plugin.manifest.components) {
      const row = rowOf(plugin, component, known);
      const others = rows.get(component.kind);
      if (others === undefined) rows.set(component.kind, [row]);
      else others.push(row);
    }
  }
  return rows;
}

function formatKind(kind: ComponentKind, rows: readonly Row[]): string[] {
  if (rows.length === 0 && !ALWAYS.includes(kind)) return [];
  return [HEADINGS[kind], ...(rows.length === 0 ? ["  (none)"] : align(rows)), ""];
}

function rowOf(plugin: ListedPlugin, component: Component, known: Known): Row {
  const { abilities, scope } = describeComponent(component);
  const entry = entryOf(known.entries, plugin);
  const version = `${plugin.manifest.version}${entry?.debug === true ? " (dev)" : ""}`;
  const isOfficial = plugin.origin === "bundled" || plugin.origin === "builtin";
  const state = known.states.get(plugin.manifest.id) ?? "";
  return [component.name, version, abilities, scope, isOfficial ? "✓ official" : "", known.sourceOf(plugin), state].map(
    escapeName,
  );
}

/** Cells side by side; a column that is empty in all rows takes no room. */
function align(rows: readonly Row[]): string[] {
  const widths = rows.map((row) => row.map(textWidth));
  const columns = rows[0]
    .map((_, i) => ({ i, width: Math.max(...widths.map((row) => row[i])) }))
    .filter(({ width }) => width > 0);
  return rows.map((row, r) => {
    const cells = columns.map(({ i, width }) => row[i] + " ".repeat(width - widths[r][i]));
    return `  ${cells.join("  ")}`.trimEnd();
  });
}

function formatRest({ disabled, shadowed, broken, untrusted, sourceOf }: Known): string[] {
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`), ""];
  const name = ({ manifest }: ListedPlugin): string => escapeName(`${manifest.id} ${manifest.version}`);
  return [
    ...section(
      "Disabled:",
      disabled.map((plugin) => `${name(plugin)}  ${escapeName(sourceOf(plugin))}`),
    ),
    ...section(
      "Shadowed:",
      shadowed.map(
        ({ plugin, by }) => `${name(plugin)}  ${escapeName(sourceOf(plugin))}  by ${escapeName(sourceOf(by))}`,
      ),
    ),
    ...section(
      "Broken:",
      broken.map(({ folder, error }) => `${escapeName(folder)}  ${error.message}`),
    ),
    ...section(
      "Not trusted:",
      untrusted.map((folder) => `${escapeName(folder)}  hodu plugin trust .`),
    ),
  ];
}

/** A line of what is not shown, where there is something. */
function summarizeRest({ disabled, shadowed, broken, untrusted }: Known): string[] {
  const counts = [
    [disabled.length, "disabled"],
    [shadowed.length, "shadowed"],
    [broken.length, "broken"],
    [untrusted.length, "not trusted"],
  ] as const;
  const told = counts.flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`]));
  return told.length === 0 ? [] : [`Not used: ${told.join(", ")} (hodu plugin list --all)`];
}

function asJson({ plugins, disabled, shadowed, broken, untrusted, sourceOf, entries, states }: Known): object {
  const describe = (plugin: ListedPlugin): object => {
    const { manifest, origin, folder } = plugin;
    const entry = entryOf(entries, plugin);
    return {
      name: manifest.id,
      version: manifest.version,
      origin,
      source: sourceOf(plugin),
      ...(folder !== undefined && { folder }),
      ...(entry !== undefined && { debug: entry.debug, installed_at: entry.installed_at }),
      ...(states.has(manifest.id) && { state: states.get(manifest.id) }),
      components: manifest.components,
    };
  };
  return {
    plugins: plugins.map(describe),
    disabled: disabled.map(describe),
    shadowed: shadowed.map(({ plugin, by }) => ({ ...describe(plugin), by: sourceOf(by) })),
    broken: broken.map(({ folder, origin, error }) => ({ folder, origin, code: error.code, message: error.message })),
    untrusted,
  };
}
