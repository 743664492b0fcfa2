import type { NamedValue, Node, Patch, Snapshot, Value, ValueType } from "@hodu/core";
import { float, list, namedValue, node, optional, orNull, pair, record, snapshot, text, value } from "@hodu/core/wire";
import type { OperatorSample } from "../contracts/operator.ts";
import type { TransformConfig } from "../contracts/transform.ts";
import { jsonObject, patch, types } from "./graph-codecs.ts";
import type { PluginMethods } from "./messages.ts";
import { type Params, type Result, type Wired } from "./method-table.ts";

const patches = record<{ readonly patches: readonly Patch[] }, Result<"transform.apply">>({ patches: list(patch) });
const parameters = list(pair(text, float));

type TransformCall = {
  readonly transform: string;
  readonly snapshot: Snapshot;
  readonly config: TransformConfig;
};
const transformCall = record<TransformCall, Params<"transform.apply">>({
  transform: text,
  snapshot,
  config: jsonObject,
});

type KernelCall = {
  readonly kernel: string;
  readonly node: Node;
  readonly snapshot: Snapshot;
};
const kernelCall = record<KernelCall, Params<"kernel.matches">>({ kernel: text, node, snapshot });

/** The parameters of a kernel, or what is chosen of them. */
type Parameters = readonly (readonly [name: string, value: number])[];

type GraphMethod = Extract<
  keyof PluginMethods,
  | `transform.${string}`
  | `operator.${string}`
  | `kernel.${string}`
  | `kernelBackend.${string}`
  | `hwTransform.${string}`
>;

/** Calls of what works on graphs: transforms, operators, and the parts of hardware targets. */
export const GRAPH_METHODS = {
  "transform.apply": { params: transformCall, result: patches },
  "hwTransform.apply": { params: transformCall, result: patches },
  "operator.infer": {
    params: record<
      { readonly operator: string; readonly node: Node; readonly inputs: readonly (ValueType | undefined)[] },
      Params<"operator.infer">
    >({ operator: text, node, inputs: types }),
    result: record<{ readonly outputs: readonly (ValueType | undefined)[] }, Result<"operator.infer">>({
      outputs: types,
    }),
  },
  "operator.lower": {
    params: record<{ readonly operator: string; readonly snapshot: Snapshot }, Params<"operator.lower">>({
      operator: text,
      snapshot,
    }),
    result: patches,
  },
  "operator.run": {
    params: record<
      { readonly operator: string; readonly node: Node; readonly inputs: readonly (Value | undefined)[] },
      Params<"operator.run">
    >({ operator: text, node, inputs: list(orNull(value)) }),
    result: record<{ readonly outputs: readonly Value[] }, Result<"operator.run">>({ outputs: list(value) }),
  },
  "operator.samples": {
    params: record<{ readonly operator: string }, Params<"operator.samples">>({ operator: text }),
    result: record<{ readonly samples: readonly OperatorSample[] }, Result<"operator.samples">>({
      samples: list(
        record<OperatorSample, Result<"operator.samples">["samples"][number]>({
          node,
          inputs: list<NamedValue, Result<"operator.samples">["samples"][number]["inputs"][number]>(namedValue),
        }),
      ),
    }),
  },
  "kernel.matches": {
    params: kernelCall,
    result: record<{ readonly reason?: string }, { readonly reason?: string }>({ reason: optional(text) }),
  },
  "kernel.parameters": {
    params: kernelCall,
    result: record<{ readonly parameters: Parameters }, Result<"kernel.parameters">>({ parameters }),
  },
  "kernelBackend.generate": {
    params: record<
      { readonly kernelBackend: string; readonly node: Node; readonly parameters: Parameters },
      Params<"kernelBackend.generate">
    >({ kernelBackend: text, node, parameters }),
    result: record<Result<"kernelBackend.generate">, Result<"kernelBackend.generate">>({
      files: list(pair(text, text)),
    }),
  },
} satisfies Wired<Pick<PluginMethods, GraphMethod>>;
