import {
  heldWeights,
  HoduError,
  type Snapshot,
  upgradeModel,
  type VersionedModel,
  verifySnapshot,
} from "hodu-plugin-sdk";

/**
 * Upgrades a model to the Snapshot's opsets and verifies it, but for nodes of `domains`. Errors name `file`.
 * Throws UNSUPPORTED, INVALID_GRAPH.
 */
export function finishModel(model: VersionedModel, file: string, domains: ReadonlySet<string>): Snapshot {
  const constantOf = heldWeights(model.stores);
  try {
    const snapshot = upgradeModel(model, { constantOf, file, domains });
    verifySnapshot(snapshot, { constantOf, domains });
    return snapshot;
  } catch (error) {
    throw error instanceof HoduError ? error.at({ file }) : error;
  }
}
