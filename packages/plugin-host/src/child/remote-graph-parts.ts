import { HoduError, quote } from "@hodu/core";
import type {
  HwTransformPlugin,
  KernelBackendPlugin,
  KernelPlugin,
  OperatorPlugin,
  TransformInfo,
  TransformPlugin,
} from "hodu-plugin-sdk";
import { UnknownMethod } from "hodu-plugin-sdk/protocol";
import type { CallOptions, ChildPlugin } from "./child-plugin.ts";
import { ifKnown } from "./if-known.ts";
import { CONTROL_TIMEOUT_MS } from "./limits.ts";

/** What rewrites graphs in a plugin's process. `timeout` in milliseconds bounds each call. */
export function remoteTransform(
  method: "transform.apply" | "hwTransform.apply",
  info: TransformInfo,
  child: ChildPlugin,
  timeout: number | undefined,
): TransformPlugin & HwTransformPlugin {
  return {
    info,
    async apply(snapshot, config, context) {
      const work = { what: `apply transform ${quote(info.name)}`, context, timeout };
      return (await child.call(method, { transform: info.name, snapshot, config }, work)).patches;
    },
  };
}

/** Operators in a plugin's process. What it leaves out lowers nothing, has no samples, and runs nothing (UNSUPPORTED). */
export function remoteOperator(operator: string, child: ChildPlugin, timeout: number | undefined): OperatorPlugin {
  return {
    async infer(node, inputs) {
      const options = control(`infer the types of node ${quote(node.name)}`);
      return (await child.call("operator.infer", { operator, node, inputs }, options)).outputs;
    },
    async lower(snapshot, context) {
      const work = { what: `lower the operators of ${quote(operator)}`, context, timeout };
      return (await ifKnown(child.call("operator.lower", { operator, snapshot }, work), { patches: [] })).patches;
    },
    async run(node, inputs, context) {
      const work = { what: `run node ${quote(node.name)} (${node.op})`, context, timeout };
      try {
        return (await child.call("operator.run", { operator, node, inputs }, work)).outputs;
      } catch (error) {
        if (!(error instanceof UnknownMethod)) throw error;
        throw new HoduError("UNSUPPORTED", `Cannot ${work.what}: ${quote(operator)} has no reference for it`);
      }
    },
    async samples() {
      const options = control(`ask ${quote(operator)} for samples`);
      return (await ifKnown(child.call("operator.samples", { operator }, options), { samples: [] })).samples;
    },
  };
}

/** A hardware kernel in a plugin's process. */
export function remoteKernel(kernel: string, child: ChildPlugin): KernelPlugin {
  return {
    async matches(node, snapshot) {
      const options = control(`ask kernel ${quote(kernel)} about node ${quote(node.name)}`);
      return (await child.call("kernel.matches", { kernel, node, snapshot }, options)).reason ?? true;
    },
    async parameters(node, snapshot) {
      const options = control(`ask kernel ${quote(kernel)} for its parameters`);
      return (await child.call("kernel.parameters", { kernel, node, snapshot }, options)).parameters;
    },
  };
}

/** What makes a kernel in a plugin's process. */
export function remoteKernelBackend(
  kernelBackend: string,
  child: ChildPlugin,
  timeout: number | undefined,
): KernelBackendPlugin {
  return {
    async generate(node, parameters, context) {
      const work = { what: `generate node ${quote(node.name)}`, context, timeout };
      return (await child.call("kernelBackend.generate", { kernelBackend, node, parameters }, work)).files;
    },
  };
}

const control = (what: string): CallOptions => ({ what, timeout: CONTROL_TIMEOUT_MS });
