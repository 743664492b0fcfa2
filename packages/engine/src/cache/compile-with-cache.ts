import type { Artifact, BackendPlugin, CallContext, CompileOptions, SessionOptions } from "hodu-plugin-sdk";
import type { RewrittenModel } from "../rewrite/rewritten-model.ts";
import type { ArtifactCache, CachedArtifact } from "./artifact-cache.ts";
import { type CacheKey, cacheKey } from "./cache-key.ts";

/** A cache, and what the key of an artifact needs to know of where a model comes from and goes to. */
export interface CacheUse {
  readonly cache: ArtifactCache;
  /** What read the model, with its version; which build of Hodu runs. */
  readonly format: string;
  readonly build: string;
  /** Short name of the backend; its plugin with its version. */
  readonly backend: string;
  readonly plugin: string;
  /** The model's file as the user knows it. */
  readonly model: string | undefined;
  /** Compile in any case. */
  readonly isFresh?: boolean;
}

/** An artifact, and where sessions of it keep what they compile. */
export interface CompiledArtifact extends CachedArtifact {
  readonly keep?: SessionOptions["keep"];
}

/** The artifact of a model: from the cache where the backend's artifacts are kept, else compiled. Throws what compiling and reading the model throw. */
export async function compileWithCache(
  model: RewrittenModel,
  backend: BackendPlugin,
  options: CompileOptions,
  use: CacheUse | undefined,
  context: CallContext,
): Promise<CompiledArtifact> {
  const make = () => backend.compile(model, options, context);
  const identity = use && (await backend.identity?.(options));
  if (use === undefined || identity === undefined) return { artifact: await make(), isCached: false };
  const hash = await use.cache.hashModel(model, context);
  const key = cacheKey({
    model: hash,
    format: use.format,
    build: use.build,
    backend: use.backend,
    plugin: use.plugin,
    identity,
    options,
  });
  const made = await use.cache.getOrMake(key, make, { model: use.model, isFresh: use.isFresh ?? false }, context);
  return { ...made, keep: keeper(key, made.artifact, use, context) };
}

/** Keeps the programs of sessions of an artifact as entries of their own. The call that opens a session is over when they are made. */
function keeper(key: CacheKey, artifact: Artifact, use: CacheUse, context: CallContext): SessionOptions["keep"] {
  const later: CallContext = { ...context, signal: new AbortController().signal };
  const { report: _, ...kind } = artifact;
  return async (what, make) => {
    const own: CacheKey = { ...key, text: JSON.stringify([key.text, what]) };
    const program = async (): Promise<Artifact> => ({ ...kind, bytes: await make() });
    const found = await use.cache.getOrMake(own, program, { model: use.model, isFresh: use.isFresh ?? false }, later);
    return found.artifact.bytes;
  };
}
