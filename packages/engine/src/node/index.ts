export { type CacheEntry } from "./cache/entries.ts";
export { type CacheContents, cacheContents, cleanCache, type CleanWhat } from "./cache/manage-cache.ts";
export { type DamagedEntry, removeDamaged, type VerifiedCache, verifyCache } from "./cache/verify-cache.ts";
export { modelHash } from "./cache/model-hash.ts";
export { type CacheOptions, openCache } from "./cache/open-cache.ts";
export { writeFileSafely, type WriteFileOptions } from "./file-sink.ts";
export { openFile, type OpenFileOptions } from "./file-source.ts";
export { memoryLimit } from "./memory-limit.ts";
export { shellWord } from "hodu-plugin-sdk/node";
