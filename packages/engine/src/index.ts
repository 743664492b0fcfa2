export type { ArtifactCache, CacheCallOptions, CachedArtifact } from "./cache/artifact-cache.ts";
export type { CacheKey } from "./cache/cache-key.ts";
export type { CacheUse } from "./cache/compile-with-cache.ts";
export { type Deadline, formatDuration, startDeadline } from "./deadline.ts";
export { estimateFlops, type WorkEstimate } from "./estimate-flops.ts";
export { estimateMemory, type MemoryEstimate, weightBytes } from "./estimate-memory.ts";
export { formatsPlugin } from "./formats/plugin.ts";
export { decodeImage } from "./images/decode-image.ts";
export { fitValue } from "./inputs/fit-value.ts";
export { inferModel } from "./infer-model.ts";
export { type LoadedWeights, loadWeights, openStores } from "hodu-plugin-sdk";
export { interpPlugin } from "./interp/plugin.ts";
export type { OperatorOffer } from "./rewrite/operator-offer.ts";
export type { RewrittenModel } from "./rewrite/rewritten-model.ts";
export { transformModel, type TransformOffer, type TransformUse } from "./rewrite/transform-model.ts";
export {
  type OpenModel,
  openModel,
  type OpenTools,
  type ReadModel,
  readModel,
  type ReadTools,
  saveModel,
  type SaveTools,
} from "./pipeline.ts";
export { canonicalDevice, deviceKind } from "./resolve/devices.ts";
export { openOnFirst, type OpenedModel, type OpenOnFirstOptions } from "./resolve/open-on-first.ts";
export {
  type BackendOffer,
  type BackendRequest,
  candidateBackends,
  DEFAULT_PRIORITY,
  resolveBackend,
} from "./resolve/resolve-backend.ts";
