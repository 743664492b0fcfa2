import type { CacheUse } from "@hodu/engine";
import type { PluginCatalog } from "@hodu/plugin-host/in-process";
import type { ByteSource } from "hodu-plugin-sdk";

/** What the library needs of the place where it runs. */
export interface Platform {
  readonly catalog: () => PluginCatalog;
  /** A file by its path, in a page by its address. `allowExternal`: paths outside of its folder that it may refer to. */
  readonly open: (place: string | URL, options: OpenOptions) => Promise<ByteSource>;
  /** Bytes that a run may take when its caller does not say. */
  readonly maxMemory: () => number;
  /** Where artifacts are kept: as the option of `loadModel` wants it; undefined: nowhere. */
  readonly cache: (
    option: boolean | string | undefined,
    use: Omit<CacheUse, "cache" | "build">,
  ) => CacheUse | undefined;
}

export interface OpenOptions {
  readonly allowExternal?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
}
