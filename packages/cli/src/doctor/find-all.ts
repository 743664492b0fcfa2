import { HoduError } from "@hodu/core";
import { crashesInFile, type InstalledPlugin, type ListedPlugin, type PluginStore } from "@hodu/plugin-host";
import { lacksSdkLink } from "@hodu/plugin-host/install";
import { shellWord } from "hodu-plugin-sdk/node";
import type { Config } from "../config/config.ts";
import { BUNDLED_PLUGINS } from "../generated/bundled-plugins.ts";
import { FORMATS, INTERP } from "../plugins/built-in.ts";
import { discover, storeOf } from "../plugins/discover.ts";
import { asWrong } from "./as-wrong.ts";
import type { Finding } from "./finding.ts";

/** All plugins, and what is known of them without loading one. */
export interface AllPlugins {
  readonly plugins: readonly ListedPlugin[];
  readonly disabled: readonly ListedPlugin[];
  /** What plugins.json says of those that are installed, by name. */
  readonly entries: ReadonlyMap<string, InstalledPlugin>;
  /** Names of those that crashed too often. */
  readonly quarantined: ReadonlySet<string>;
  /** Names of installed ones whose link to the SDK leads nowhere. */
  readonly unlinked: ReadonlySet<string>;
  /** What should be a plugin and is not. */
  readonly findings: readonly Finding[];
}

/** Looks for plugins; those of Hodu alone where the list of what is installed cannot be read. */
export async function findAll(config: Config, environment: NodeJS.ProcessEnv): Promise<AllPlugins> {
  const store = storeOf(config, environment);
  try {
    const { plugins, disabled, broken, installed } = await discover(config, environment);
    return {
      plugins,
      disabled,
      entries: new Map(installed.map((entry) => [entry.name, entry])),
      quarantined: new Set(store === undefined ? [] : crashesInFile(store).quarantined()),
      unlinked: new Set(
        store === undefined ? [] : installed.filter((entry) => lacksSdkLink(store, entry)).map(({ name }) => name),
      ),
      findings: broken.map(({ folder, error }) => asWrong(folder, error, fixOf(folder, error))),
    };
  } catch (error) {
    const plugins = [FORMATS, ...BUNDLED_PLUGINS, INTERP];
    const findings = [
      asWrong("installed plugins", error, isDamagedIndex(error, store) ? "hodu doctor --fix" : undefined),
    ];
    return { plugins, disabled: [], entries: new Map(), quarantined: new Set(), unlinked: new Set(), findings };
  }
}

/** Whether the list of what is installed can be made anew: not that of a newer Hodu, nor another file. */
const isDamagedIndex = (error: unknown, store: PluginStore | undefined): boolean =>
  error instanceof HoduError &&
  error.code === "CONFIG" &&
  error.where.file === store?.index &&
  error.where.field !== "schema";

/** A package.json that breaks the rules is its author's to mend. */
const fixOf = (folder: string, { code }: HoduError): string | undefined =>
  code === "BAD_PLUGIN" ? `hodu plugin validate ${shellWord(folder)}` : undefined;
