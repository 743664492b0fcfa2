import type { Stage } from "@hodu/core";

/**
 * What a plugin is, as data: enough for list, search, resolve and dry runs. In an installed plugin it stands in package.json: the members
 * that npm knows (name, version, description, author, license, peerDependencies) under npm's names, the others under `hodu`.
 */
export interface Manifest {
  /** Package name: `hodu-format-onnx`. */
  readonly id: string;
  readonly version: string;
  /** As a person writes it; default: the id. */
  readonly name?: string;
  readonly description: string;
  readonly author: string;
  readonly license: string;
  /** Semver range of hodu-plugin-sdk that it works with: in package.json, `peerDependencies["hodu-plugin-sdk"]`. */
  readonly sdk: string;
  readonly components: readonly Component[];
  /** What it can do beside what its components say: `telemetry`, `backend:WGPU`, `custom:x`, see `parseCapability`. */
  readonly capabilities?: readonly string[];
  readonly requires?: Requirements;
  /** What it needs of the machine while it runs; nothing else is granted to it in a process of its own. */
  readonly permissions?: Permissions;
  /** The program that serves it, for plugins that are no JavaScript module. */
  readonly program?: Program;
  /** Where users report its faults. */
  readonly bugs?: string;
  /** Anything else, as text: `gpu_api` = `WebGPU`. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** What must be there before a plugin is installed or loaded. */
export interface Requirements {
  /** Plugins, kernels and libraries with semver ranges: `hodu-format-onnx`, `kernel:MatMul`, `library:openblas`; also `>=1.0`, `==1.2`, `~=1.4`. */
  readonly plugins?: Readonly<Record<string, string>>;
  /** Programs and libraries of the system without which it does not build or run: `clang`, `cuda`. */
  readonly system?: readonly string[];
  /** Those that it uses where they are there. */
  readonly optionalSystem?: readonly string[];
}

/** What a plugin asks for; paths are relative to its own folder, `~` is the home folder. */
export interface Permissions {
  readonly read?: readonly string[];
  readonly write?: readonly string[];
  /** Whether it uses the network. */
  readonly network?: boolean;
  /** Whether it starts programs. */
  readonly childProcesses?: boolean;
  /** Names of environment variables that it sees. */
  readonly environment?: readonly string[];
  /** Whether it loads native code, or starts threads: nothing but a sandbox of the system holds these to the other permissions. */
  readonly native?: boolean;
}

/** How to start a plugin that is a program: it speaks the protocol on the descriptor that it is given. */
export interface Program {
  /** Found on PATH, or, with a slash, in the plugin's folder: `python3`, `./bin/plugin`. */
  readonly command: string;
  readonly arguments?: readonly string[];
  /** What makes it, run once when the plugin is installed, in its folder: `["go", "build", "-o", "bin/plugin", "."]`. */
  readonly build?: readonly string[];
}

/** One thing that a plugin offers. Short names (`onnx`) and full names (`hodu-format-onnx`) are accepted everywhere. */
export type Component =
  | FormatComponent
  | BackendComponent
  | RuntimeComponent
  | AdapterComponent
  | TransformComponent
  | KernelComponent
  | KernelBackendComponent
  | HwTransformComponent
  | OperatorComponent
  | ExtensionComponent;

export type ComponentKind = Component["kind"];

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

/** The engine of another project on one device; its name is `engine:device`, such as `onnx:cuda`. */
export interface RuntimeComponent {
  readonly kind: "runtime";
  readonly name: string;
  readonly engine: string;
  readonly device: string;
}

/** Native code behind the SMI C ABI. */
export interface AdapterComponent {
  readonly kind: "adapter";
  readonly name: string;
  /** The library in the plugin's folder. */
  readonly library: string;
  /** Version of SMI that it implements: `1.0.0`. */
  readonly smi: string;
}

/** A rewrite of models in one stage. */
export interface TransformComponent {
  readonly kind: "transform";
  readonly name: string;
  readonly stage: Stage;
  /** Names of transforms that must run before it. */
  readonly requires?: readonly string[];
}

/** A hardware kernel: what computes an operator on a dataflow target. */
export interface KernelComponent {
  readonly kind: "kernel";
  readonly name: string;
  /** The operator that it computes: `MatMul`. */
  readonly operator: string;
  /** "" is ai.onnx. */
  readonly domain?: string;
}

/** One way to make a kernel: in which language it is generated. */
export interface KernelBackendComponent {
  readonly kind: "kernel-backend";
  readonly name: string;
  /** Name of the kernel. */
  readonly kernel: string;
  /** Such as `hls` or `rtl`. */
  readonly language: string;
}

/** A rewrite of a graph of hardware kernels. */
export interface HwTransformComponent {
  readonly kind: "hw-transform";
  readonly name: string;
  readonly stage: Stage;
  readonly requires?: readonly string[];
}

/** Operators of a domain of the plugin's own. */
export interface OperatorComponent {
  readonly kind: "operator";
  readonly name: string;
  /** As models name it: `com.example`. */
  readonly domain: string;
  readonly operators: readonly string[];
}

/** A plugin that only listens to events and offers services. */
export interface ExtensionComponent {
  readonly kind: "extension";
  readonly name: string;
}
