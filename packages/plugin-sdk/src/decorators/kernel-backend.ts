import type { Node } from "@hodu/core";
import type { CallContext } from "../contracts/call-context.ts";
import type { KernelBackendPlugin } from "../contracts/hardware.ts";
import type { KernelBackendComponent } from "../contracts/manifest.ts";
import { checkComponentName, checkText, classDecorator, type PlainClass } from "./class-decorator.ts";
import { registerClass } from "./class-registry.ts";

/** The base of what makes hardware kernels in one language; `backend` says which. */
export abstract class KernelBackend {
  /** As that of a KernelBackendPlugin. */
  abstract generate(
    node: Node,
    parameters: readonly (readonly [name: string, value: number])[],
    context: CallContext,
  ): Files | Promise<Files>;
}

type Files = readonly (readonly [name: string, text: string])[];

const INFO = new WeakMap<object, KernelBackendComponent>();

/** What defines the backend of a kernel: the kernel's name, and the language that it is made in, such as `hls`. */
export type KernelBackendOptions = Omit<KernelBackendComponent, "kind">;

/**
 * A decorator that makes a class the backend of a hardware kernel and registers it for `collectComponents`; the class itself comes back.
 * Throws TypeError for a class that does not extend KernelBackend, BAD_USAGE for options that are not right or a name that is taken.
 */
export function backend(options: KernelBackendOptions) {
  const name = checkComponentName("kernel-backend", options.name);
  checkText("kernel-backend", name, "kernel", options.kernel);
  checkText("kernel-backend", name, "language", options.language);
  return classDecorator(`kernel-backend "${name}"`, KernelBackend, (target: PlainClass<KernelBackend>) => {
    registerClass({ kind: "kernel-backend", name, make: () => backendOf(new target()) });
    INFO.set(target, { ...options, kind: "kernel-backend", name });
  });
}

/** What `backend` said of a class, as its manifest says it; undefined for one that it was not used on. */
export const backendInfoOf = (target: PlainClass<KernelBackend>): KernelBackendComponent | undefined =>
  INFO.get(target);

function backendOf(instance: KernelBackend): KernelBackendPlugin {
  return { generate: async (node, parameters, context) => instance.generate(node, parameters, context) };
}
