import type { Patch, Snapshot } from "@hodu/core";
import type { CallContext } from "./contracts/call-context.ts";
import type { TransformConfig, TransformInfo, TransformPlugin } from "./contracts/transform.ts";
import { classDecorator, nameOf } from "./decorators/class-decorator.ts";
import { registerClass } from "./decorators/class-registry.ts";
import { defineTransform, transformInfo, type TransformOptions } from "./define-transform.ts";

/** The base of transforms that are classes; `transform` says what they are. */
export abstract class Transformation {
  /** The changes to a model, as those of a TransformPlugin. */
  abstract apply(
    snapshot: Snapshot,
    config: TransformConfig,
    context: CallContext,
  ): readonly Patch[] | Promise<readonly Patch[]>;
}

/** A class of transforms that is made without arguments. */
export type TransformationClass = new () => Transformation;

const INFO = new WeakMap<object, TransformInfo>();

/**
 * A decorator that says what a class of transforms is, and registers it for `collectComponents`; the class itself comes back. Throws
 * TypeError for a class that does not extend Transformation, BAD_USAGE as defineTransform does and for a name that is taken.
 *
 * @example
 * ```js
 * import { Transformation, transform, transformInfoOf, transformOf } from "hodu-plugin-sdk";
 *
 * const Nothing = transform({ name: "nothing", stage: "cleanup" })(
 *   class extends Transformation {
 *     apply() {
 *       return [];
 *     }
 *   },
 * );
 * console.log(transformInfoOf(Nothing).name, transformOf(Nothing).info.stage);
 * ```
 * ```text
 * nothing graph_cleanup
 * ```
 */
export function transform(options: TransformOptions) {
  const info = transformInfo(options);
  return classDecorator(`transform "${info.name}"`, Transformation, (target: TransformationClass) => {
    registerClass({ kind: "transform", name: info.name, make: () => transformOf(target) });
    INFO.set(target, info);
  });
}

/** What `transform` said of a class; undefined for one that it was not used on. */
export function transformInfoOf(target: TransformationClass): TransformInfo | undefined {
  return INFO.get(target);
}

/** The transform of a class that `transform` was used on; one object of the class serves all calls. Throws TypeError for another. */
export function transformOf(target: TransformationClass): TransformPlugin {
  const info = INFO.get(target);
  if (info === undefined)
    throw new TypeError(`Cannot use ${nameOf(target)} as a transform: expected a class with @transform(...)`);
  const instance = instanceOf(target);
  return defineTransform({ ...info }, (snapshot, config, context) => instance.apply(snapshot, config, context));
}

const INSTANCES = new WeakMap<TransformationClass, Transformation>();

function instanceOf(target: TransformationClass): Transformation {
  const instance = INSTANCES.get(target) ?? new target();
  INSTANCES.set(target, instance);
  return instance;
}
