import { findPlugin, type ListedPlugin } from "@hodu/plugin-host";
import { openConfig } from "../../config/config.ts";
import { describeComponent } from "../../plugin/describe-component.ts";
import { type Known, readEntries } from "../../plugin/known-plugins.ts";
import { entryOf } from "../../plugins/entry-of.ts";
import { escapeJson, escapeText } from "../../terminal/escape.ts";
import { writeResult } from "../../terminal/write.ts";

/** The options of `hodu plugin info`. */
export interface InfoFlags {
  readonly json?: boolean;
}

/** `hodu plugin info`: what a plugin is, without loading it. */
export async function info(name: string, { json = false }: InfoFlags): Promise<void> {
  const known = await readEntries(await openConfig());
  const plugin = findPlugin([...known.plugins, ...known.disabled], name, "tell about");
  const isUsed = known.plugins.includes(plugin);
  if (json) {
    const { manifest, origin, folder } = plugin;
    const entry = entryOf(known.entries, plugin);
    const members = {
      ...manifest,
      origin,
      source: known.sourceOf(plugin),
      folder,
      enabled: isUsed,
      installed: entry && { ...entry, manifest: undefined },
    };
    return writeResult(`${escapeJson(JSON.stringify(members, null, 2))}\n`);
  }
  await writeResult(`${formatInfo(plugin, known, isUsed).map(escapeText).join("\n")}\n`);
}

function formatInfo(plugin: ListedPlugin, known: Known, isUsed: boolean): string[] {
  const { manifest, folder } = plugin;
  const { requires = {}, permissions = {}, metadata = {} } = manifest;
  const entry = entryOf(known.entries, plugin);
  const fields: readonly (readonly [string, string | undefined])[] = [
    ["Name", manifest.name],
    ["Description", manifest.description],
    ["Author", manifest.author],
    ["License", manifest.license],
    ["Source", known.sourceOf(plugin)],
    ["Folder", folder],
    ["Installed", entry?.installed_at],
    ["State", isUsed ? known.states.get(manifest.id) : "disabled"],
    ["SDK", manifest.sdk],
    ["Capabilities", manifest.capabilities?.join(", ")],
    [
      "Requires",
      Object.entries(requires.plugins ?? {})
        .map(([id, range]) => `${id} ${range}`)
        .join(", "),
    ],
    [
      "System",
      [...(requires.system ?? []), ...(requires.optionalSystem ?? []).map((one) => `${one} (optional)`)].join(", "),
    ],
    ["Permissions", permissionsOf(permissions)],
    ["Bugs", manifest.bugs],
    ...Object.entries(metadata),
  ];
  const shown = fields.filter((field): field is readonly [string, string] => field[1] !== undefined && field[1] !== "");
  const width = Math.max(...shown.map(([title]) => title.length)) + 1;
  return [
    `${manifest.id} ${manifest.version}`,
    ...shown.map(([title, text]) => `  ${`${title}:`.padEnd(width)} ${text}`),
    "  Components:",
    ...manifest.components.map((component) => {
      const { abilities, scope } = describeComponent(component);
      return `    ${[component.kind, component.name, abilities, scope].filter((text) => text !== "").join("  ")}`;
    }),
  ];
}

function permissionsOf(permissions: NonNullable<ListedPlugin["manifest"]["permissions"]>): string {
  return Object.entries(permissions)
    .flatMap(([name, value]) => (value === false ? [] : [Array.isArray(value) ? `${name} ${value.join(" ")}` : name]))
    .join(", ");
}
