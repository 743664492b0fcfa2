import {
  HoduError,
  type Snapshot,
  type Tensor,
  tensorFromBytes,
  upgradeModel,
  type VersionedModel,
  verifySnapshot,
  type Weight,
} from "hodu-plugin-sdk";

/** Upgrades a model to the Snapshot's opsets and verifies it. Errors name `file`. Throws UNSUPPORTED, INVALID_GRAPH. */
export function finishModel(model: VersionedModel, file: string): Snapshot {
  const constants = new Map<Weight, Tensor>();
  const constantOf = (weight: Weight): Tensor | undefined => {
    const store = model.stores[weight.store];
    if (store.kind !== "bytes") return undefined;
    let tensor = constants.get(weight);
    if (tensor === undefined) {
      const bytes = store.bytes.subarray(weight.offset, weight.offset + weight.length);
      tensor = tensorFromBytes(weight.dtype, weight.shape, bytes);
      constants.set(weight, tensor);
    }
    return tensor;
  };
  try {
    const snapshot = upgradeModel(model, { constantOf, file });
    verifySnapshot(snapshot, { constantOf });
    return snapshot;
  } catch (error) {
    throw error instanceof HoduError ? error.at({ file }) : error;
  }
}
