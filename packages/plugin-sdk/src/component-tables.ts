import type { ComponentKind } from "./contracts/manifest.ts";
import type { Plugin } from "./contracts/plugin.ts";

/** The member of a plugin that holds its components of a kind; undefined for those that are native code and have a manifest only. */
export const COMPONENT_TABLES = {
  format: "formats",
  backend: "backends",
  runtime: undefined,
  adapter: undefined,
  transform: "transforms",
  kernel: "kernels",
  "kernel-backend": "kernelBackends",
  "hw-transform": "hwTransforms",
  operator: "operators",
  extension: undefined,
} as const satisfies Readonly<Record<ComponentKind, keyof Plugin | undefined>>;

/** A component by its kind and name. */
export interface ComponentName {
  readonly kind: ComponentKind;
  readonly name: string;
}

/** The components that a plugin implements, in the order of the kinds. */
export function implementedComponents(plugin: Plugin): readonly ComponentName[] {
  const tables = Object.entries(COMPONENT_TABLES) as readonly [ComponentKind, keyof Plugin | undefined][];
  return tables.flatMap(([kind, table]) => {
    const components = table === undefined ? undefined : plugin[table];
    return Object.keys(components ?? {}).map((name) => ({ kind, name }));
  });
}

/** Those that a manifest lists and a plugin should have, but does not. */
export function missingComponents(
  listed: readonly ComponentName[],
  implemented: readonly ComponentName[],
): readonly ComponentName[] {
  return listed.filter(
    ({ kind, name }) =>
      COMPONENT_TABLES[kind] !== undefined && !implemented.some((one) => one.kind === kind && one.name === name),
  );
}
