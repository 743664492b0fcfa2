import type { Node, Snapshot } from "@hodu/core";
import type { KernelPlugin } from "../contracts/hardware.ts";
import type { KernelComponent } from "../contracts/manifest.ts";
import { checkComponentName, checkText, classDecorator, type PlainClass } from "./class-decorator.ts";
import { registerClass } from "./class-registry.ts";

/** The base of hardware kernels that are classes; `kernel` says what they are. */
export abstract class Kernel {
  /** As that of a KernelPlugin. */
  abstract matches(node: Node, snapshot: Snapshot): true | string | Promise<true | string>;
  /** As that of a KernelPlugin. */
  abstract parameters(node: Node, snapshot: Snapshot): Parameters | Promise<Parameters>;
}

type Parameters = readonly (readonly [name: string, value: number])[];

const INFO = new WeakMap<object, KernelComponent>();

/** What defines a kernel. `operator`: what it computes; `domain`: of the operator, default: ai.onnx. */
export type KernelOptions = Omit<KernelComponent, "kind">;

/**
 * A decorator that makes a class a hardware kernel and registers it for `collectComponents`; the class itself comes back.
 * Throws TypeError for a class that does not extend Kernel, BAD_USAGE for options that are not right or a name that is taken.
 */
export function kernel(options: KernelOptions) {
  const name = checkComponentName("kernel", options.name);
  const operator = checkText("kernel", name, "operator", options.operator);
  return classDecorator(`kernel "${name}"`, Kernel, (target: PlainClass<Kernel>) => {
    registerClass({ kind: "kernel", name, make: () => kernelOf(new target()) });
    INFO.set(target, { ...options, kind: "kernel", name, operator });
  });
}

/** What `kernel` said of a class, as its manifest says it; undefined for one that it was not used on. */
export const kernelInfoOf = (target: PlainClass<Kernel>): KernelComponent | undefined => INFO.get(target);

function kernelOf(instance: Kernel): KernelPlugin {
  return {
    matches: async (node, snapshot) => instance.matches(node, snapshot),
    parameters: async (node, snapshot) => instance.parameters(node, snapshot),
  };
}
