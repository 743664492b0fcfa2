import type { CompileOptions } from "hodu-plugin-sdk";

/** What decides an artifact. */
export interface CacheKeyParts {
  /** SHA-256 (hex) of the model's content. */
  readonly model: string;
  /** What read the model: a format with its version. */
  readonly format: string;
  /** Which build of Hodu runs. */
  readonly build: string;
  /** Short name of the backend, and its plugin with its version. */
  readonly backend: string;
  readonly plugin: string;
  /** What the backend's `identity` says: compiler, processor. */
  readonly identity: string;
  readonly options: CompileOptions;
}

/** The name of an artifact in a cache. */
export interface CacheKey {
  readonly model: string;
  readonly device: string;
  readonly backend: string;
  /** All that decides, as text: equal for equal artifacts only. */
  readonly text: string;
}

/** The key of an artifact. What does not change its bytes (dumps, a folder to work in) is no part of it. */
export function cacheKey({ model, format, build, backend, plugin, identity, options }: CacheKeyParts): CacheKey {
  const { device, precision, optLevel, shapes, reproducible, fallback } = options;
  const decisive = [
    ["model", model],
    ["format", format],
    ["build", build],
    ["backend", backend],
    ["plugin", plugin],
    ["identity", identity],
    ["device", device],
    ["precision", precision],
    ["optLevel", optLevel ?? null],
    ["shapes", (shapes ?? []).map(({ name, dims }) => [name, dims]).sort(([a], [b]) => (a < b ? -1 : 1))],
    ["reproducible", reproducible ?? false],
    ["fallback", fallback ?? true],
  ] as const;
  return { model, device, backend, text: JSON.stringify(decisive) };
}
