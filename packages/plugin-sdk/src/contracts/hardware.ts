import type { Node, Patch, Snapshot } from "@hodu/core";
import type { CallContext } from "./call-context.ts";
import type { TransformConfig, TransformInfo } from "./transform.ts";

/** A hardware kernel: which nodes it computes, and with what parameters. */
export interface KernelPlugin {
  /** Whether it computes a node; else the reason. */
  matches(node: Node, snapshot: Snapshot): Promise<true | string>;
  /** Names and values of the parameters that are chosen for a node, such as `PE` and `SIMD`. */
  parameters(node: Node, snapshot: Snapshot): Promise<readonly (readonly [name: string, value: number])[]>;
}

/** Makes a kernel in one language. */
export interface KernelBackendPlugin {
  /** Source files, each a name and a text, for a node with its parameters. The same input gives the same text. */
  generate(
    node: Node,
    parameters: readonly (readonly [name: string, value: number])[],
    context: CallContext,
  ): Promise<readonly (readonly [name: string, text: string])[]>;
}

/** Rewrites a graph of hardware kernels, as a transform does in the stages before. */
export interface HwTransformPlugin {
  readonly info: TransformInfo;
  apply(snapshot: Snapshot, config: TransformConfig, context: CallContext): Promise<readonly Patch[]>;
}
