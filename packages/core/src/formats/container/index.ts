/** The container of .hdss and .hdt as bytes: what stands where, and what is refused. docs/format-hdss.md has it byte by byte. */
export { alignUp } from "./align-up.ts";
export { checkWeightPlaces } from "./check-weight-places.ts";
export { containerError, type ContainerKind } from "./container-error.ts";
export { checkAllUsed, decodeHeader, type Header, type HeaderPlace, type PartPlace, placeParts } from "./header.ts";
export { MAX_HEADER_BYTES } from "./limits.ts";
export { decodeModelHeader, type EncodedHeader, encodeModelHeader } from "./model-header.ts";
export { planWeights, type WeightPlan, type WeightRange } from "./plan-weights.ts";
export { decodePrefix, DIGEST_BYTES, encodePrefix, type Prefix, PREFIX_BYTES } from "./prefix.ts";
export { pureSha256, type Sha256 } from "./pure-sha256.ts";
export { decodeValuesHeader, encodeValuesHeader } from "./values-header.ts";
