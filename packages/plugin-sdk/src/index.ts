export * from "@hodu/core";
export { abortError } from "./abort-error.ts";
export { onAbort } from "./on-abort.ts";
export type * from "./contracts/backend.ts";
export type * from "./contracts/build.ts";
export type * from "./contracts/byte-sink.ts";
export type * from "./contracts/byte-source.ts";
export type * from "./contracts/call-context.ts";
export type * from "./contracts/events.ts";
export type * from "./contracts/format.ts";
export type * from "./contracts/hardware.ts";
export type * from "./contracts/manifest.ts";
export type * from "./contracts/model.ts";
export type * from "./contracts/operator.ts";
export type * from "./contracts/plugin.ts";
export type * from "./contracts/plugin-context.ts";
export type * from "./contracts/transform.ts";
export { COMPONENT_TABLES, type ComponentName, implementedComponents, missingComponents } from "./component-tables.ts";
export { callError } from "./protocol/call-error.ts";
export { customEvent } from "./custom-event.ts";
export { type ClassComponents, collectComponents } from "./decorators/class-registry.ts";
export { hwTransform, hwTransformInfoOf, HwTransformation } from "./decorators/hw-transform.ts";
export { Kernel, kernel, kernelInfoOf, type KernelOptions } from "./decorators/kernel.ts";
export { backend, backendInfoOf, KernelBackend, type KernelBackendOptions } from "./decorators/kernel-backend.ts";
export { definePlugin } from "./define-plugin.ts";
export { defineTransform, type TransformFunction, type TransformOptions } from "./define-transform.ts";
export {
  buildMetadata,
  type DispatchManifest,
  dispatchManifest,
  type KernelDispatch,
  opToKernelName,
  type TensorSpec,
} from "./dispatch-manifest.ts";
export { manifestOfPackage, type PluginPackage } from "./manifest-of-package.ts";
export { type Capability, parseCapability, type PlainCapability } from "./parse-capability.ts";
export { PluginMetadata } from "./plugin-metadata.ts";
export { serviceType } from "./service-type.ts";
export { decodeSnapshot, encodeSnapshot } from "./protocol/snapshot-bytes.ts";
export { bytesSink, type BytesSink, checkSiblingName } from "./bytes-sink.ts";
export { bytesSource } from "./bytes-source.ts";
export { OutputPositions } from "./output-positions.ts";
export { fillOutputs } from "./fill-outputs.ts";
export { CHUNK_BYTES, chunksByReading } from "./chunks.ts";
export { drive, driveAtOnce, nextTurn, pacer } from "./steps/drive.ts";
export { checkDigest, compareDigest } from "./weights/check-digest.ts";
export { toHex } from "./weights/hex.ts";
export { type LoadedWeights, loadWeights } from "./weights/load-weights.ts";
export { openStores } from "./weights/open-stores.ts";
export { newSha256 } from "#sha256";
export { transform, Transformation, type TransformationClass, transformInfoOf, transformOf } from "./transform.ts";
export { SDK_VERSION } from "./version.ts";
