/** What a plugin is, as data: enough for list, search, resolve and dry runs. It is the `hodu` key of the plugin's package.json. */
export interface Manifest {
  /** Package name: `hodu-format-onnx`. */
  readonly id: string;
  readonly version: string;
  readonly description: string;
  readonly author: string;
  readonly license: string;
  /** Semver range of hodu-plugin-sdk that it works with. */
  readonly sdk: string;
  readonly components: readonly Component[];
}

/** One thing that a plugin offers. Short names (`onnx`) and full names (`hodu-format-onnx`) are accepted everywhere. */
export type Component = FormatComponent | BackendComponent;

/** What a format can do: read or write a model, read or write values. */
export type FormatCapability = "load_model" | "save_model" | "load_tensor" | "save_tensor";

/** A format as data: what files it claims, and what it does with them. */
export interface FormatComponent {
  readonly kind: "format";
  readonly name: string;
  /** As a person writes it: `ONNX`. */
  readonly title: string;
  /** With the dot, lower case: `.onnx`. */
  readonly modelExtensions: readonly string[];
  readonly tensorExtensions: readonly string[];
  readonly capabilities: readonly FormatCapability[];
}

/** What a backend can do with a model: run it, or build files that run without Hodu. */
export type BackendCapability = "run" | "build";

/** A backend as data: the devices it runs on, and what it does there. */
export interface BackendComponent {
  readonly kind: "backend";
  readonly name: string;
  readonly devices: readonly string[];
  /** `run`: runs models (the runner); `build`: builds files of them (the builder); either or both. */
  readonly capabilities: readonly BackendCapability[];
}
