import type { HwTransformPlugin } from "../contracts/hardware.ts";
import type { TransformInfo } from "../contracts/transform.ts";
import { defineTransform, transformInfo, type TransformOptions } from "../define-transform.ts";
import { Transformation } from "../transform.ts";
import { classDecorator, type PlainClass } from "./class-decorator.ts";
import { registerClass } from "./class-registry.ts";

/** The base of rewrites of hardware kernels that are classes; `hwTransform` says what they are. */
export abstract class HwTransformation extends Transformation {}

const INFO = new WeakMap<object, TransformInfo>();

/**
 * A decorator that makes a class a rewrite of graphs of hardware kernels and registers it for `collectComponents`; the class itself comes
 * back. Throws TypeError for a class that does not extend HwTransformation, BAD_USAGE as `defineTransform` does or for a name that is taken.
 */
export function hwTransform(options: TransformOptions) {
  const info = transformInfo(options);
  return classDecorator(`hw-transform "${info.name}"`, HwTransformation, (target: PlainClass<HwTransformation>) => {
    registerClass({ kind: "hw-transform", name: info.name, make: () => rewriteOf(new target(), info) });
    INFO.set(target, info);
  });
}

/** What `hwTransform` said of a class; undefined for one that it was not used on. */
export const hwTransformInfoOf = (target: PlainClass<HwTransformation>): TransformInfo | undefined => INFO.get(target);

function rewriteOf(instance: HwTransformation, info: TransformInfo): HwTransformPlugin {
  return defineTransform({ ...info }, (snapshot, config, context) => instance.apply(snapshot, config, context));
}
