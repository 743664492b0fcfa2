import { shortName } from "@hodu/plugin-host";
import type { Config } from "./config.ts";
import { KEY_NAMES, variablesOf } from "./keys.ts";

/**
 * The settings of a plugin: those of its table in the file, `[plugins.npy]` by its short name or id, and before them the variables
 * `HODU_PLUGIN_NPY_KEY`. Keys are in lower case. Throws CONFIG for a wrong HODU_PLUGINS.
 */
export function settingsOfPlugin(
  config: Config,
  environment: NodeJS.ProcessEnv,
  id: string,
): ReadonlyMap<string, string> {
  const names = [id.toLowerCase(), shortName(id)];
  const settings = new Map<string, string>();
  for (const name of names) {
    for (const [setting, value] of config.get("plugins").value) {
      const key = setting.slice(name.length + 1);
      if (setting.startsWith(`${name}.`) && !key.includes(".")) settings.set(key, value);
    }
  }
  for (const [variable, value = ""] of Object.entries(environment)) {
    const key = value === "" || isSetting(variable) ? undefined : keyOf(variable, names);
    if (key !== undefined) settings.set(key, value);
  }
  return settings;
}

/** The key in the name of a variable that is for a plugin of one of the names. */
function keyOf(variable: string, names: readonly string[]): string | undefined {
  const starts = names.map(
    (name) =>
      `HODU_PLUGIN_${name
        .toUpperCase()
        .replaceAll(/[^A-Z0-9]+/g, "_")
        .replace(/^_/, "")}_`,
  );
  const start = starts.find((one) => variable.startsWith(one) && variable.length > one.length);
  return start === undefined ? undefined : variable.slice(start.length).toLowerCase();
}

/** Whether a variable is for a setting of Hodu's own: HODU_PLUGIN_AUTO_UPDATE_CHECK is none of a plugin `auto`. */
const isSetting = (variable: string): boolean =>
  KEY_NAMES.some((name) => variablesOf(name).some((known) => known.name === variable));
