import type { Component, ComponentKind } from "hodu-plugin-sdk";

/** Languages that a plugin may be begun in, as `--lang` names them. */
export const LANGUAGES = ["ts", "python", "go", "c"] as const;
export type Language = (typeof LANGUAGES)[number];

/** How plugins of a kind are begun. */
export interface PluginKindInfo {
  /** Those that there is a template for. */
  readonly languages: readonly Language[];
  /** The folder of its templates, without the language. */
  readonly template: string;
  /** What such a plugin does, as its package.json says it at first. */
  readonly description: string;
  /** What its package.json names. */
  readonly component: (name: string) => Component;
}

/** The kinds that may be begun from a template: the others are native code behind an interface of another project. */
export const PLUGIN_KINDS: Partial<Readonly<Record<ComponentKind, PluginKindInfo>>> = {
  format: {
    languages: ["ts", "python", "go", "c"],
    template: "format",
    description: "Reads and writes tables of numbers as text.",
    component: (name) => ({
      kind: "format",
      name,
      title: titleOf(name),
      modelExtensions: [],
      tensorExtensions: [extensionOf(name)],
      capabilities: ["load_tensor", "save_tensor"],
    }),
  },
  backend: {
    languages: ["ts", "python", "go", "c"],
    template: "backend",
    description: "Runs models on a device of its own.",
    component: (name) => ({ kind: "backend", name, devices: [name], capabilities: ["run"] }),
  },
  transform: {
    languages: ["ts", "python", "go", "c"],
    template: "transform",
    description: "Rewrites models before they are compiled.",
    component: (name) => ({ kind: "transform", name, stage: "graph_cleanup" }),
  },
  operator: {
    languages: ["ts", "python", "go", "c"],
    template: "operator",
    description: "Offers operators of a domain of its own.",
    component: (name) => ({ kind: "operator", name, domain: domainOf(name), operators: ["Twice"] }),
  },
  extension: {
    languages: ["ts", "python", "go", "c"],
    template: "extension",
    description: "Listens to what happens, and offers others a service.",
    component: (name) => ({ kind: "extension", name }),
  },
  kernel: {
    languages: ["ts", "python"],
    template: "kernel",
    description: "Says which nodes a hardware kernel computes.",
    component: (name) => ({ kind: "kernel", name, operator: "MatMul" }),
  },
  "kernel-backend": {
    languages: ["ts", "python"],
    template: "kernel-backend",
    description: "Writes a hardware kernel in HLS.",
    component: (name) => ({ kind: "kernel-backend", name, kernel: "matmul", language: "hls" }),
  },
  "hw-transform": {
    languages: ["ts", "python", "go", "c"],
    template: "transform",
    description: "Rewrites graphs of hardware kernels.",
    component: (name) => ({ kind: "hw-transform", name, stage: "kernel_mapping" }),
  },
};

/** `.my-points` for my-points. */
export const extensionOf = (name: string): string => `.${name}`;

/** As models name the operators' domain. */
export const domainOf = (name: string): string => `com.example.${name}`;

/** `My points` for my-points. */
function titleOf(name: string): string {
  const words = name.replaceAll(/[-_]+/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
