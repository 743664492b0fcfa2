import type { Patch, Snapshot } from "@hodu/core";
import type { CallContext } from "./contracts/call-context.ts";
import type { TransformConfig, TransformInfo, TransformPlugin } from "./contracts/transform.ts";
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
 * A decorator that says what a class of transforms is; the class itself comes back. Throws TypeError for a class that does not extend
 * Transformation, BAD_USAGE as defineTransform does.
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
  return <Class extends TransformationClass>(target: Class, _context?: ClassDecoratorContext<Class>): Class => {
    const prototype: unknown = typeof target === "function" ? target.prototype : undefined;
    if (!(prototype instanceof Transformation)) {
      throw new TypeError(
        `Cannot make transform "${info.name}" of ${nameOf(target)}: expected a class that extends Transformation`,
      );
    }
    INFO.set(target, info);
    return target;
  };
}

const nameOf = (target: unknown): string =>
  typeof target === "function" && target.name !== "" ? `"${target.name}"` : "what is no named class";

/** What `transform` said of a class; undefined for one that it was not used on. */
export function transformInfoOf(target: TransformationClass): TransformInfo | undefined {
  return INFO.get(target);
}

/** The transform of a class that `transform` was used on; one object of the class serves all calls. Throws TypeError for another. */
export function transformOf(target: TransformationClass): TransformPlugin {
  const info = INFO.get(target);
  if (info === undefined)
    throw new TypeError(`Cannot use ${nameOf(target)} as a transform: expected a class with @transform(...)`);
  const instance = new target();
  return defineTransform(info, (snapshot, config, context) => instance.apply(snapshot, config, context));
}
