import { type Component, COMPONENT_TABLES, type KnownPlugin } from "hodu-plugin-sdk";

/** What a loaded plugin says of a component, a line each, as calls and what they give. */
export function componentChecks(plugin: KnownPlugin, component: Component): readonly string[] {
  return [`name() returns "${nameIn(plugin, component)}"`, ...MEMBERS[component.kind](component as never)];
}

/** As the plugin has it: that it is the one of the manifest was checked when it was loaded. */
function nameIn(plugin: KnownPlugin, { kind, name }: Component): string {
  const table = COMPONENT_TABLES[kind];
  const components = table === undefined ? {} : (plugin[table] ?? {});
  return Object.keys(components).find((one) => one === name) ?? name;
}

type Lines<C extends Component> = (component: C) => readonly string[];

/** What is told of each kind beside its name. */
const MEMBERS: { readonly [Kind in Component["kind"]]: Lines<Extract<Component, { readonly kind: Kind }>> } = {
  backend: ({ capabilities, devices }) => [
    `capabilities() = {runner: ${capabilities.includes("run")}, builder: ${capabilities.includes("build")}}`,
    `supported_devices() = [${devices.join(", ")}]`,
  ],
  format: ({ capabilities, modelExtensions, tensorExtensions }) => [
    `capabilities() = {${FORMAT.map((name) => `${name}: ${capabilities.includes(name)}`).join(", ")}}`,
    `supported_extensions() = [${[...new Set([...modelExtensions, ...tensorExtensions])].join(", ")}]`,
  ],
  transform: ({ stage }) => [`stage() = ${stage}`],
  "hw-transform": ({ stage }) => [`stage() = ${stage}`],
  operator: ({ domain, operators }) => [`domain() = ${domain}`, `operators() = [${operators.join(", ")}]`],
  kernel: ({ operator }) => [`operator() = ${operator}`],
  "kernel-backend": ({ kernel, language }) => [`kernel() = ${kernel}`, `language() = ${language}`],
  runtime: ({ engine, device }) => [`engine() = ${engine}`, `device() = ${device}`],
  adapter: ({ smi }) => [`smi() = ${smi}`],
  extension: () => [],
};

const FORMAT = ["load_model", "save_model", "load_tensor", "save_tensor"] as const;
