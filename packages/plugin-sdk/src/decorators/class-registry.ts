import { HoduError, quote } from "@hodu/core";
import { COMPONENT_TABLES } from "../component-tables.ts";
import type { Plugin } from "../contracts/plugin.ts";

/** The kinds of components that can be classes. */
type ClassKind = "transform" | "kernel" | "kernel-backend" | "hw-transform";

/** A class that a decorator was used on. */
interface DecoratedClass {
  readonly kind: ClassKind;
  readonly name: string;
  /** Makes the one component that serves all calls. */
  readonly make: () => object;
}

const DECORATED = new Map<string, DecoratedClass>();

/** Keeps a decorated class until it is collected. Throws BAD_USAGE when there is one of that kind and name. */
export function registerClass(decorated: DecoratedClass): void {
  const { kind, name } = decorated;
  const key = `${kind}:${name}`;
  if (DECORATED.has(key)) {
    throw new HoduError(
      "BAD_USAGE",
      `Cannot define the ${kind} ${quote(name)}: there is another of that name, expected one`,
      { hint: "give one of them another name, or load the module once" },
    );
  }
  DECORATED.set(key, decorated);
}

/** The components of a plugin that are classes. */
export type ClassComponents = Pick<Plugin, "transforms" | "kernels" | "kernelBackends" | "hwTransforms">;

/**
 * The components of all classes that were decorated since it was last called, for `definePlugin`. Each class is made once, when it is
 * collected. Modules of several plugins in one process collect in turn: each at the end of its own.
 *
 * @example
 * ```js
 * import { collectComponents, Transformation, transform } from "hodu-plugin-sdk";
 *
 * class Nothing extends Transformation {
 *   apply() {
 *     return [];
 *   }
 * }
 * transform({ name: "nothing-at-all", stage: "cleanup" })(Nothing);
 * const { transforms } = collectComponents();
 * console.log(Object.keys(transforms), Object.keys(collectComponents()));
 * ```
 * ```text
 * [ 'nothing-at-all' ] []
 * ```
 */
export function collectComponents(): ClassComponents {
  const tables: Record<string, Record<string, object>> = {};
  for (const { kind, name, make } of DECORATED.values()) {
    const table = (tables[COMPONENT_TABLES[kind]] ??= {});
    table[name] = make();
  }
  DECORATED.clear();
  return tables as ClassComponents;
}
