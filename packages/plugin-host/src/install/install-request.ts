import type { EventSink, Manifest } from "hodu-plugin-sdk";
import type { Machine } from "../resolve/machine.ts";
import type { WithManifest } from "../resolve/plugins-named.ts";
import type { InstalledPlugin } from "../store/installed-plugin.ts";
import type { SystemCheck } from "./check-system.ts";

/** Where a plugin is installed from. */
export type InstallSource =
  /** A folder of the user's. */
  | { readonly kind: "folder"; readonly path: string }
  /** An archive of npm pack; `integrity` is what npm says of it: `sha512-...`. */
  | { readonly kind: "archive"; readonly path: string; readonly integrity?: string }
  /** The sources that were kept of an installed one. */
  | { readonly kind: "kept"; readonly path: string; readonly label: string };

/** What is to be installed, and how. */
export interface InstallRequest {
  readonly source: InstallSource;
  /** Refuses a plugin of another name or version. */
  readonly expected?: { readonly name: string; readonly version?: string };
  /** Build it for finding faults. */
  readonly debug: boolean;
  /** Also where the same is installed already. */
  readonly force: boolean;
  /** Let it be imported into Hodu's own process. */
  readonly inProcess: boolean;
  /** The command that asks for this, as messages repeat it. */
  readonly retry: string;
}

/** Who asks for an install, and hears of it. */
export interface InstallHost {
  readonly signal: AbortSignal;
  readonly report: InstallReport;
  /** Hears of InstallProgress and PluginInstalled: the `emit` of a registry. */
  readonly events: EventSink;
  /** Asks the user whether the plugin may have what it asks for, and be built by a program. Throws POLICY when not. */
  readonly confirm: (manifest: Manifest, build: readonly string[] | undefined) => Promise<void>;
  /** Other plugins that there are, for what it requires. */
  readonly known: readonly WithManifest[];
  /** Folders of the user's in which a TypeScript compiler may be. */
  readonly compilersIn: readonly string[];
  readonly machine: Machine;
}

/** What an install has to say. How far it is, it publishes as InstallProgress. */
export interface InstallReport {
  /** From now on there are temporary files. */
  readonly begin: () => void;
  /** A part of it begins: `Building hodu-format-points 1.0.0...`. */
  readonly step: (text: string) => void;
  readonly checked: (check: SystemCheck) => void;
  readonly warn: (text: string) => void;
  /** Another command changes the plugins, and this one waits for it. */
  readonly waiting: () => void;
}

/** What came of it. */
export interface InstallOutcome {
  readonly entry: InstalledPlugin;
  /** What was installed before under that name. */
  readonly before: InstalledPlugin | undefined;
  /** The same is installed already, and nothing was changed. */
  readonly isSame: boolean;
}
