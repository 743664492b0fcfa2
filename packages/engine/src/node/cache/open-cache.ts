import { rmSync } from "node:fs";
import { join } from "node:path";
import { HoduError } from "@hodu/core";
import type { Artifact, CallContext } from "hodu-plugin-sdk";
import type { RewrittenModel } from "../../rewrite/rewritten-model.ts";
import { withFileLock, writeError } from "hodu-plugin-sdk/node";
import type { ArtifactCache, CacheCallOptions, CachedArtifact } from "../../cache/artifact-cache.ts";
import type { CacheKey } from "../../cache/cache-key.ts";
import { type CacheFolder, cacheFolder, hasCacheFolder, makeCacheFolder } from "./cache-folder.ts";
import { entryFile, listEntries, removeEntries, surplus } from "./entries.ts";
import { type EntryReading, leastEntryBytes, readEntry, writeEntry } from "./entry-file.ts";
import { SETTLED_MS, USE_STEP_MS } from "./limits.ts";
import { changeMetadata, type Metadata, readMetadata } from "./metadata.ts";
import { hashModel } from "./model-hash.ts";

/** How a cache on a disk is kept. */
export interface CacheOptions {
  readonly path: string;
  /** Bytes of all artifacts together; those not used for longest go first. */
  readonly maxBytes: number;
  /** Milliseconds without use after which an artifact goes. */
  readonly maxAge: number;
}

/** A cache in a folder, which is made when there is something to keep. What is wrong with it is told once, as a warning of the context. */
export function openCache(options: CacheOptions): ArtifactCache {
  return new DiskCache(options);
}

class DiskCache implements ArtifactCache {
  readonly #options: CacheOptions;
  readonly #folder: CacheFolder;
  #metadata: Metadata | undefined;
  #isUseless = false;

  constructor(options: CacheOptions) {
    this.#options = options;
    this.#folder = cacheFolder(options.path);
  }

  async hashModel(model: RewrittenModel, context: CallContext): Promise<string> {
    const { hash, found } = await hashModel(model, this.#known(), context);
    if (found.size > 0) {
      await this.#try(context, async () => {
        makeCacheFolder(this.#folder);
        await this.#note(({ models }) => {
          for (const [path, note] of found) {
            models.delete(path);
            models.set(path, note);
          }
        });
      });
    }
    return hash;
  }

  async getOrMake(
    key: CacheKey,
    make: () => Promise<Artifact>,
    call: CacheCallOptions,
    context: CallContext,
  ): Promise<CachedArtifact> {
    const kept = call.isFresh ? undefined : await this.#find(key, call, context);
    if (kept !== undefined) return { artifact: kept, isCached: true };
    const isUsable = await this.#try(context, () => makeCacheFolder(this.#folder));
    if (!isUsable) return { artifact: await make(), isCached: false };
    let outcome: Promise<CachedArtifact> | undefined;
    const once = (): Promise<CachedArtifact> => (outcome ??= this.#findOrMake(key, make, call, context));
    try {
      const waiting = { signal: context.signal, what: "compile the model" };
      return await withFileLock(join(this.#folder.entries, `${entryFile(key)}.lock`), waiting, once);
    } catch (error) {
      // Of the work, or of the lock: that is the cache's affair.
      if (outcome === undefined && !(error instanceof HoduError)) this.#giveUp(error, context);
      else if (outcome === undefined) throw error;
      return once();
    }
  }

  /** With the lock held: another process may have made it until then. */
  async #findOrMake(
    key: CacheKey,
    make: () => Promise<Artifact>,
    call: CacheCallOptions,
    context: CallContext,
  ): Promise<CachedArtifact> {
    const kept = call.isFresh ? undefined : await this.#find(key, call, context);
    if (kept !== undefined) return { artifact: kept, isCached: true };
    const artifact = await make();
    await this.#put(key, artifact, call, context);
    return { artifact, isCached: false };
  }

  /** The artifact if it is kept and whole. A file that is not is removed. */
  async #find(key: CacheKey, call: CacheCallOptions, context: CallContext): Promise<Artifact | undefined> {
    if (this.#isUseless) return undefined;
    let reading: EntryReading = { kind: "none" };
    await this.#try(context, async () => {
      if (!hasCacheFolder(this.#folder)) return;
      const file = entryFile(key);
      const path = join(this.#folder.entries, file);
      reading = await readEntry(path, key, this.#known().entries.get(file)?.seal);
      if (reading.kind === "bad") {
        context.log("info", `the cache's ${file} is compiled anew: ${reading.why}`);
        rmSync(path, { force: true, recursive: true });
      } else if (reading.kind === "good") await this.#noteUse(file, reading, call);
    });
    // Assigned in the callback, which the compiler does not follow.
    const found = reading as EntryReading;
    return found.kind === "good" ? found.artifact : undefined;
  }

  async #put(key: CacheKey, artifact: Artifact, { model }: CacheCallOptions, context: CallContext): Promise<void> {
    const { maxBytes, maxAge } = this.#options;
    const bytes = leastEntryBytes(artifact);
    if (this.#isUseless || bytes > maxBytes) return;
    await this.#try(context, async () => {
      const file = entryFile(key);
      const others = listEntries(this.#folder, this.#known()).filter((entry) => entry.file !== file);
      const gone = removeEntries(surplus(others, bytes, maxBytes, maxAge));
      await writeEntry(join(this.#folder.entries, file), key, artifact);
      await this.#note(({ entries }) => {
        for (const entry of gone) entries.delete(entry.file);
        entries.set(file, { used: Date.now(), ...(model !== undefined && { model }) });
      });
    });
  }

  async #noteUse(
    file: string,
    { stamp, isChecked }: EntryReading & { readonly kind: "good" },
    { model }: CacheCallOptions,
  ): Promise<void> {
    const note = this.#known().entries.get(file);
    const now = Date.now();
    const seal = isChecked && now - stamp.changed > SETTLED_MS ? stamp.text : note?.seal;
    const isNew = note === undefined || note.seal !== seal || note.model !== (model ?? note.model);
    if (!isNew && now - note.used < USE_STEP_MS) return;
    const named = model ?? note?.model;
    await this.#note(({ entries }) => {
      entries.set(file, {
        used: now,
        ...(named !== undefined && { model: named }),
        ...(seal !== undefined && { seal }),
      });
    }).catch(() => {});
  }

  #known(): Metadata {
    this.#metadata ??= readMetadata(this.#folder.metadata);
    return this.#metadata;
  }

  async #note(change: (metadata: Metadata) => void): Promise<void> {
    this.#metadata = undefined;
    await changeMetadata(this.#folder.metadata, change);
  }

  /** Whether it could be done. The first failure is told, and after it the cache is left alone. */
  async #try(context: CallContext, action: () => void | Promise<void>): Promise<boolean> {
    if (this.#isUseless) return false;
    try {
      await action();
      return true;
    } catch (error) {
      this.#giveUp(error, context);
      return false;
    }
  }

  #giveUp(error: unknown, context: CallContext): void {
    if (this.#isUseless) return;
    this.#isUseless = true;
    const { message } = writeError(this.#folder.path, error);
    context.log("warn", `nothing is kept in the cache: ${message}`);
  }
}
