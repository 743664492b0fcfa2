import type { FormatPlugin } from "../contracts/format.ts";
import type { BackendComponent, Component, FormatCapability, FormatComponent } from "../contracts/manifest.ts";
import type { Plugin } from "../contracts/plugin.ts";
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

function findingsOfManifest({ manifest }: Plugin): string[] {
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
      /^[a-z0-9][a-z0-9_-]*$/.test(component.name),
      `${where}: the name is not lower-case letters, digits, - and _`,
    ),
    ...unless(component.capabilities.length > 0, `${where}: there is no capability`),
  ];
  return [
    ...findings,
    ...(component.kind === "format" ? findingsOfFormat(component, where) : findingsOfBackend(component, where)),
  ];
}

function findingsOfFormat(format: FormatComponent, where: string): string[] {
  const { modelExtensions, tensorExtensions, capabilities } = format;
  const can = (...wanted: readonly FormatCapability[]): boolean => wanted.some((one) => capabilities.includes(one));
  return [
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

function findingsOfBackend({ devices }: BackendComponent, where: string): string[] {
  return unless(devices.length > 0, `${where}: there is no device`);
}

function findingsOfComponents({ manifest, formats = {}, backends = {} }: Plugin): string[] {
  const listed = (kind: Component["kind"]): ReadonlySet<string> =>
    new Set(manifest.components.filter((component) => component.kind === kind).map(({ name }) => name));
  return [
    ...Object.keys(formats).flatMap((name) =>
      unless(listed("format").has(name), `format "${name}" is not in the manifest`),
    ),
    ...Object.keys(backends).flatMap((name) =>
      unless(listed("backend").has(name), `backend "${name}" is not in the manifest`),
    ),
    ...manifest.components.flatMap((component) => {
      if (component.kind === "backend") {
        const backend = backends[component.name];
        return [
          ...unless(backend !== undefined, `backend "${component.name}" is not implemented`),
          ...BUILDER_METHODS.flatMap((method) =>
            unless(
              (backend?.[method] !== undefined) === component.capabilities.includes("build"),
              `backend "${component.name}": ${method} and build must come together`,
            ),
          ),
        ];
      }
      const format = formats[component.name];
      return METHODS.flatMap(([method, capability]) =>
        unless(
          (format?.[method] !== undefined) === component.capabilities.includes(capability),
          `format "${component.name}": ${method} and ${capability} must come together`,
        ),
      );
    }),
  ];
}

function unless(holds: boolean, finding: string): string[] {
  return holds ? [] : [finding];
}
