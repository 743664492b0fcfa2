import { HoduError, quote } from "@hodu/core";
import type { CallContext } from "../contracts/call-context.ts";
import type { Plugin } from "../contracts/plugin.ts";
import type { Answers, IncomingCall } from "./connection.ts";
import type { GRAPH_METHODS } from "./graph-methods.ts";
import { componentOf } from "./missing-component.ts";

/** How a plugin's process answers calls of its transforms, operators, kernels and their backends. */
export function graphAnswers(
  plugin: Plugin,
  contextOf: (call: IncomingCall) => CallContext,
): Answers<typeof GRAPH_METHODS> {
  return {
    "transform.apply": async ({ transform, snapshot, config }, call) => ({
      patches: await componentOf(plugin, "transform", transform).apply(snapshot, config, contextOf(call)),
    }),
    "hwTransform.apply": async ({ transform, snapshot, config }, call) => ({
      patches: await componentOf(plugin, "hw-transform", transform).apply(snapshot, config, contextOf(call)),
    }),
    "operator.infer": async ({ operator, node, inputs }) => ({
      outputs: await componentOf(plugin, "operator", operator).infer(node, inputs),
    }),
    "operator.lower": async ({ operator, snapshot }, call) => ({
      patches: (await componentOf(plugin, "operator", operator).lower?.(snapshot, contextOf(call))) ?? [],
    }),
    "operator.run": async ({ operator, node, inputs }, call) => {
      const found = componentOf(plugin, "operator", operator);
      if (found.run === undefined) throw cannotRun(node.op, operator);
      return { outputs: await found.run(node, inputs, contextOf(call)) };
    },
    "operator.samples": async ({ operator }) => ({
      samples: (await componentOf(plugin, "operator", operator).samples?.()) ?? [],
    }),
    "kernel.matches": async ({ kernel, node, snapshot }) => {
      const answer = await componentOf(plugin, "kernel", kernel).matches(node, snapshot);
      return answer === true ? {} : { reason: answer };
    },
    "kernel.parameters": async ({ kernel, node, snapshot }) => ({
      parameters: await componentOf(plugin, "kernel", kernel).parameters(node, snapshot),
    }),
    "kernelBackend.generate": async ({ kernelBackend, node, parameters }, call) => {
      const found = componentOf(plugin, "kernel-backend", kernelBackend);
      return { files: await found.generate(node, parameters, contextOf(call)) };
    },
  };
}

/** A node that is neither lowered nor has a reference. */
function cannotRun(op: string, operator: string): HoduError {
  return new HoduError(
    "UNSUPPORTED",
    `Cannot run operator ${quote(op)}: ${quote(operator)} neither lowers it nor has a reference for it`,
  );
}
