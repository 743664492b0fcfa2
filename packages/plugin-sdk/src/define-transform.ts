import { HoduError, type Patch, quote, type Snapshot, stageOf } from "@hodu/core";
import type { CallContext } from "./contracts/call-context.ts";
import { checkComponentName } from "./decorators/class-decorator.ts";
import type { TransformConfig, TransformInfo, TransformPlugin } from "./contracts/transform.ts";

/** What defines a transform. `stage`: its name or an alias, such as `cleanup`. */
export interface TransformOptions {
  readonly name: string;
  readonly stage: string;
  /** Default: `0.0.0`. */
  readonly version?: string;
  readonly requires?: readonly string[];
  /** Anything else stays in its info as it is. */
  readonly [key: string]: unknown;
}

/** What a transform does. */
export type TransformFunction = (
  snapshot: Snapshot,
  config: TransformConfig,
  context: CallContext,
) => readonly Patch[] | Promise<readonly Patch[]>;

/**
 * Makes a transform of a function. Throws BAD_USAGE without a name or with a stage that there is not.
 *
 * @example
 * ```js
 * import { defineTransform } from "hodu-plugin-sdk";
 *
 * const reluOfRelu = defineTransform({ name: "relu-of-relu", stage: "cleanup", version: "1.0.0" }, ({ graph }) => {
 *   const relus = new Map(graph.nodes.filter(({ op }) => op === "Relu").map((node) => [node.outputs[0], node]));
 *   return [...relus.values()].flatMap((node) => {
 *     const before = relus.get(node.inputs[0]);
 *     if (before === undefined) return [];
 *     const rename = [[node.outputs[0], before.outputs[0]]];
 *     return [{ pattern: "Relu+Relu", remove: [node.name], add: [], weights: [], rename }];
 *   });
 * });
 * console.log(reluOfRelu.info.stage);
 * ```
 * ```text
 * graph_cleanup
 * ```
 */
export function defineTransform(options: TransformOptions, run: TransformFunction): TransformPlugin {
  return {
    info: transformInfo(options),
    apply: async (snapshot, config, context) => run(snapshot, config, context),
  };
}

/** The checked metadata of a transform. Throws BAD_USAGE. */
export function transformInfo(options: TransformOptions): TransformInfo {
  const { stage, version = "0.0.0", requires = [], ...rest } = options;
  const name = checkComponentName("transform", options.name);
  if (typeof stage !== "string") {
    throw new HoduError("BAD_USAGE", `Cannot define transform ${quote(name)}: it has no stage, expected one`);
  }
  return { ...rest, type: "transform", name, stage: stageOf(stage), version, requires: [...requires] };
}
