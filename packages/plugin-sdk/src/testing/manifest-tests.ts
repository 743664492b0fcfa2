import { type ComponentName, implementedComponents, missingComponents } from "../component-tables.ts";
import type { FormatPlugin } from "../contracts/format.ts";
import type { BackendComponent, Component, FormatCapability, FormatComponent } from "../contracts/manifest.ts";
import type { KnownPlugin, Plugin } from "../contracts/plugin.ts";
import type { ContractTest, PluginUnderTest } from "./contract-test.ts";

/** What a backend has that builds. */
const BUILDER_METHODS = ["supportedTargets", "supportedFormats", "build"] as const;

/** The methods of a format and what a manifest calls them. */
const METHODS = [
  ["loadModel", "load_model"],
  ["saveModel", "save_model"],
  ["loadTensors", "load_tensor"],
  ["saveTensors", "save_tensor"],
] as const satisfies readonly (readonly [keyof FormatPlugin, FormatCapability])[];

/** What a manifest must be, and that the plugin is what it says. */
export function manifestTests(load: PluginUnderTest): readonly ContractTest[] {
  return [
    {
      name: "has a valid manifest",
      run: async () => expectNone(findingsOfManifest(await load())),
    },
    {
      name: "implements the components of its manifest, and no others",
      run: async () => expectNone(findingsOfComponents(await load())),
    },
  ];
}

function expectNone(findings: readonly string[]): void {
  if (findings.length > 0) throw new Error(findings.join("\n"));
}

function findingsOfManifest({ manifest }: KnownPlugin): string[] {
  const { id, version, components } = manifest;
  const names = components.map(({ kind, name }) => `${kind} "${name}"`);
  return [
    ...unless(/^(@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/.test(id), `id "${id}" is no name of a package`),
    ...unless(
      /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/.test(version),
      `version "${version}" is not semver`,
    ),
    ...(["description", "author", "license", "sdk"] as const).flatMap((key) =>
      unless(manifest[key].trim() !== "", `${key} is empty`),
    ),
    ...unless(components.length > 0, "there is no component"),
    ...names.flatMap((name, i) => unless(names.indexOf(name) === i, `${name} is there twice`)),
    ...components.flatMap(findingsOfComponent),
  ];
}

function findingsOfComponent(component: Component): string[] {
  const where = `${component.kind} "${component.name}"`;
  const findings = [
    ...unless(
      /^[A-Za-z0-9][A-Za-z0-9_.:-]*$/.test(component.name),
      `${where}: the name is not letters, digits, _, ., : and - after a letter or digit`,
    ),
  ];
  if (component.kind === "format") return [...findings, ...findingsOfFormat(component, where)];
  return component.kind === "backend" ? [...findings, ...findingsOfBackend(component, where)] : findings;
}

function findingsOfFormat(format: FormatComponent, where: string): string[] {
  const { modelExtensions, tensorExtensions, capabilities } = format;
  const can = (...wanted: readonly FormatCapability[]): boolean => wanted.some((one) => capabilities.includes(one));
  return [
    ...unless(capabilities.length > 0, `${where}: there is no capability`),
    ...[...modelExtensions, ...tensorExtensions].flatMap((extension) =>
      unless(
        /^\.[^.\s/\\A-Z][^\s/\\A-Z]*$/.test(extension),
        `${where}: "${extension}" is no extension such as .onnx, in lower case`,
      ),
    ),
    ...unless(
      modelExtensions.length > 0 === can("load_model", "save_model"),
      `${where}: model extensions and the capability load_model or save_model must come together`,
    ),
    ...unless(
      tensorExtensions.length > 0 === can("load_tensor", "save_tensor"),
      `${where}: tensor extensions and the capability load_tensor or save_tensor must come together`,
    ),
  ];
}

function findingsOfBackend({ devices, capabilities }: BackendComponent, where: string): string[] {
  return [
    ...unless(capabilities.length > 0, `${where}: there is no capability`),
    ...unless(devices.length > 0, `${where}: there is no device`),
  ];
}

function findingsOfComponents(plugin: KnownPlugin): string[] {
  const { components } = plugin.manifest;
  const implemented = implementedComponents(plugin);
  const isListed = ({ kind, name }: ComponentName): boolean =>
    components.some((component) => component.kind === kind && component.name === name);
  return [
    ...missingComponents(components, implemented).map(({ kind, name }) => `${kind} "${name}" is not implemented`),
    ...implemented.flatMap((one) => unless(isListed(one), `${one.kind} "${one.name}" is not in the manifest`)),
    ...components.flatMap((component) => findingsOfMethods(plugin, component)),
  ];
}

/** What a format or a backend has must be what its capabilities say. */
function findingsOfMethods({ formats = {}, backends = {} }: Plugin, component: Component): string[] {
  if (component.kind === "backend") {
    const backend = backends[component.name];
    return BUILDER_METHODS.flatMap((method) =>
      unless(
        (backend?.[method] !== undefined) === component.capabilities.includes("build"),
        `backend "${component.name}": ${method} and build must come together`,
      ),
    );
  }
  if (component.kind !== "format") return [];
  const format = formats[component.name];
  return METHODS.flatMap(([method, capability]) =>
    unless(
      (format?.[method] !== undefined) === component.capabilities.includes(capability),
      `format "${component.name}": ${method} and ${capability} must come together`,
    ),
  );
}

function unless(holds: boolean, finding: string): string[] {
  return holds ? [] : [finding];
}
