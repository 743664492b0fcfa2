import type { Component, Manifest } from "./contracts/manifest.ts";
import { parseCapability } from "./parse-capability.ts";
import { SDK_VERSION } from "./version.ts";

/** What a manifest has beside id and version. */
type Told = Partial<Omit<Manifest, "id" | "version">>;

/**
 * Makes the manifest of a plugin that is registered by code, step by step; each step gives a new one. Without components it is an
 * extension: events and services only. An installed plugin has its manifest in package.json instead.
 *
 * @example
 * ```js
 * import { PluginMetadata } from "hodu-plugin-sdk";
 *
 * const manifest = new PluginMetadata("wgpu_backend", "1.0.0")
 *   .withName("WGPU Backend")
 *   .withCapability("Backend(WGPU)")
 *   .withMetadata("gpu_api", "WebGPU")
 *   .withDependency("base_plugin", ">=1.0.0")
 *   .build();
 * console.log(manifest.name, manifest.capabilities[0], manifest.components[0].kind);
 * ```
 * ```text
 * WGPU Backend backend:WGPU extension
 * ```
 */
export class PluginMetadata {
  readonly #id: string;
  readonly #version: string;
  readonly #told: Told;

  /** `id`: as others require it; `version`: semantic. */
  constructor(id: string, version: string, told: Told = {}) {
    this.#id = id;
    this.#version = version;
    this.#told = told;
  }

  withName(name: string): PluginMetadata {
    return this.#with({ name });
  }

  withDescription(description: string): PluginMetadata {
    return this.#with({ description });
  }

  withAuthor(author: string): PluginMetadata {
    return this.#with({ author });
  }

  withLicense(license: string): PluginMetadata {
    return this.#with({ license });
  }

  /** Adds one, in any spelling that `parseCapability` reads. Throws BAD_USAGE. */
  withCapability(capability: string): PluginMetadata {
    return this.#with({ capabilities: [...(this.#told.capabilities ?? []), parseCapability(capability)] });
  }

  /** Adds one, or has another value for it: `gpu_api`, `WebGPU`. */
  withMetadata(key: string, value: string): PluginMetadata {
    const entries = [...Object.entries(this.#told.metadata ?? {}), [key, value] as const];
    return this.#with({ metadata: Object.fromEntries(entries) });
  }

  /** Adds a plugin, kernel or library that must be there, in a range of versions: `base_plugin`, `>=1.0.0`. */
  withDependency(id: string, range: string): PluginMetadata {
    const entries = [...Object.entries(this.#told.requires?.plugins ?? {}), [id, range] as const];
    return this.#with({ requires: { ...this.#told.requires, plugins: Object.fromEntries(entries) } });
  }

  withComponent(component: Component): PluginMetadata {
    return this.#with({ components: [...(this.#told.components ?? []), component] });
  }

  /** The manifest. */
  build(): Manifest {
    const { components = [], ...told } = this.#told;
    return {
      id: this.#id,
      version: this.#version,
      description: "",
      author: "",
      license: "",
      sdk: `^${SDK_VERSION}`,
      ...told,
      components: components.length === 0 ? [{ kind: "extension", name: this.#id }] : components,
    };
  }

  #with(told: Told): PluginMetadata {
    return new PluginMetadata(this.#id, this.#version, { ...this.#told, ...told });
  }
}
