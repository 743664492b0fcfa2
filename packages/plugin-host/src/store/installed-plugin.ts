import type { ComponentKind, Manifest } from "hodu-plugin-sdk";

/** Version of the shape of plugins.json. */
export const INDEX_SCHEMA = 1;

/** What plugins.json holds. */
export interface InstalledPlugins {
  readonly schema: typeof INDEX_SCHEMA;
  /** In the order in which they were first installed: of several for one extension the first serves. */
  readonly plugins: readonly InstalledPlugin[];
  /** Names of plugins that come with Hodu and are not to be used. */
  readonly disabled?: readonly string[];
}

/** What a plugin can do: as a backend, as a format. */
type InstalledCapabilities = Readonly<Record<string, boolean>>;

/** An entry of plugins.json. */
export interface InstalledPlugin {
  /** Package name: `hodu-format-points`. */
  readonly name: string;
  readonly version: string;
  /** Kind of its first component. */
  readonly type: ComponentKind;
  /** `runner` and `builder` of backends; `load_model`, `save_model`, `load_tensor`, `save_tensor` of formats. */
  readonly capabilities: InstalledCapabilities;
  /** Of backends: what they run on, and what they build for. */
  readonly devices?: readonly string[];
  readonly targets?: readonly string[];
  /** Of formats, with the dot: `.onnx`. */
  readonly extensions?: readonly string[];
  /** The file that is loaded or started, in the folder of the package. */
  readonly library: string;
  /** `local:/path/to/folder`, `file:/path/to/plugin.tgz`, `npm`. */
  readonly source: string;
  /** ISO 8601. */
  readonly installed_at: string;
  readonly enabled: boolean;
  /** Built for finding faults. */
  readonly debug: boolean;
  /** The user wants it in Hodu's own process. */
  readonly in_process?: boolean;
  /** Of a plugin under development: its own folder, in which it is used as it is. */
  readonly folder?: string;
  /** SHA-256 of all files of the built package: `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
  readonly manifest: Manifest;
}
