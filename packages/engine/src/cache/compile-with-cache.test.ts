import { GraphBuilder, tensorType } from "@hodu/core";
import type { Artifact, BackendPlugin, CallContext, CompileOptions } from "hodu-plugin-sdk";
import { expect, it } from "vitest";
import type { ArtifactCache } from "./artifact-cache.ts";
import { type CacheUse, compileWithCache } from "./compile-with-cache.ts";

/** A cache in memory. */
function memoryCache(): { readonly cache: ArtifactCache; readonly kept: ReadonlyMap<string, Artifact> } {
  const kept = new Map<string, Artifact>();
  const cache: ArtifactCache = {
    hashModel: async () => "ab",
    async getOrMake({ text }, make) {
      const found = kept.get(text);
      const artifact = found ?? (await make());
      kept.set(text, artifact);
      return { artifact, isCached: found !== undefined };
    },
  };
  return { cache, kept };
}

it("keeps what sessions compile under keys of their artifact, for later sessions too", async () => {
  const { cache, kept } = memoryCache();
  const options: CompileOptions = { device: "cpu", precision: "native" };
  const backend: BackendPlugin = {
    supports: async () => true,
    identity: async () => "here",
    compile: async () => ({ backend: "b", version: "1", ...options, bytes: Uint8Array.of(1) }),
    load: () => Promise.reject(new Error("nothing is loaded")),
  };
  const graph = new GraphBuilder("model");
  graph.output(graph.input("x", tensorType("f32", [1])));
  const model = { snapshot: graph.build(), source: undefined };
  const use: CacheUse = { cache, format: "f", build: "1", backend: "b", plugin: "p", model: undefined };
  const context: CallContext = { signal: new AbortController().signal, log() {}, progress() {} };
  const first = await compileWithCache(model, backend, options, use, context);
  const made = async (): Promise<Uint8Array> => Uint8Array.of(2, 3);
  expect(await first.keep!("2,2", made)).toEqual(Uint8Array.of(2, 3));
  const again = await compileWithCache(model, backend, options, use, context);
  expect(again.isCached).toBe(true);
  const never = (): Promise<Uint8Array> => Promise.reject(new Error("it is kept"));
  expect(await again.keep!("2,2", never)).toEqual(Uint8Array.of(2, 3));
  expect(await again.keep!("3,3", async () => Uint8Array.of(4))).toEqual(Uint8Array.of(4));
  expect(kept.size).toBe(3);
  const without = await compileWithCache(model, backend, options, undefined, context);
  expect(without.keep).toBeUndefined();
});
