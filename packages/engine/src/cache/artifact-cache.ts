import type { Artifact, CallContext, CompileReport } from "hodu-plugin-sdk";
import type { RewrittenModel } from "../rewrite/rewritten-model.ts";
import type { CacheKey } from "./cache-key.ts";

/** Keeps artifacts, so that what was compiled once is not compiled again. A cache that fails is no reason for a call to fail. */
export interface ArtifactCache {
  /** SHA-256 (hex) of a model's content: of its file, or of that and the files of its weights, and of what plugins made of it. Throws what reading throws. */
  hashModel(model: RewrittenModel, context: CallContext): Promise<string>;
  /**
   * The artifact that is kept for a key, else what `make` gives, which is kept from then on. Of several calls for one key, in whatever
   * process, one makes it and the others wait. With `isFresh` it is made in any case. Throws what `make` throws, DEADLINE, ABORTED.
   */
  getOrMake(
    key: CacheKey,
    make: () => Promise<Artifact>,
    options: CacheCallOptions,
    context: CallContext,
  ): Promise<CachedArtifact>;
}

/** What a call says beside its key: nothing that decides the artifact. */
export interface CacheCallOptions {
  /** The model's file as the user knows it, for who looks at the cache. */
  readonly model: string | undefined;
  readonly isFresh?: boolean;
}

/** An artifact, and whether it was there already; its report is then that of its compilation, without dumps. */
export interface CachedArtifact {
  readonly artifact: Artifact;
  readonly isCached: boolean;
}

/** What is kept of a report: all but the texts of dumps. */
export type KeptReport = Omit<CompileReport, "dumps">;
