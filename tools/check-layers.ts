/**
 * Holds the sources to the layers of the architecture: which package may import which, where node: modules may be
 * used, no cycle between files, nothing from node: in the browser bundle. Fails when it has looked at no module.
 */
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { findCycles } from "./layers/cycles.ts";
import { bundleForBrowser } from "./layers/browser-bundle.ts";
import { readImports, type ModuleImport } from "./layers/read-imports.ts";
import {
  LAYERS,
  PLUGIN_LAYER,
  allowsNodeModules,
  isBundled,
  isBundledPluginList,
  isTest,
  type Layer,
} from "./layers/rules.ts";

const root = process.cwd();

interface Package {
  readonly directory: string;
  readonly name: string;
  readonly layer: Layer;
  readonly exports: ReadonlySet<string>;
  /** What its sources may import. */
  readonly dependencies: ReadonlySet<string>;
  /** What its tests may import as well. */
  readonly tested: ReadonlySet<string>;
  /** Names of its own that lead to one file in Node and to another in a page: `imports` of its package.json. */
  readonly imports: ReadonlySet<string>;
}

const problems: string[] = [];

const packages = findPackages();
const byName = new Map(packages.map((found) => [found.name, found]));
const rootManifest = readJson(join(root, "package.json"));
const rootDependencies = dependenciesOf([rootManifest.devDependencies], rootManifest);
const valueGraph = new Map<string, string[]>();
let imports = 0;

for (const owner of packages) {
  for (const file of sourcesBelow(join(root, owner.directory, "src"))) {
    const path = relative(root, file);
    const edges: string[] = [];
    valueGraph.set(path, edges);
    for (const found of readImports(file, readFileSync(file, "utf8"))) {
      imports += 1;
      const target = checkImport(owner, path, found);
      if (target !== undefined && found.kind === "value") edges.push(target);
    }
  }
}

if (valueGraph.size === 0) problems.push("no module was looked at: run this from the root of the repository");
for (const cycle of findCycles(valueGraph)) problems.push(`import cycle: ${[...cycle, cycle[0]].join(" -> ")}`);

const bundle = await bundleForBrowser(root);
problems.push(...bundle.problems);

if (problems.length > 0) {
  for (const problem of problems) console.error(`layers: ${problem}`);
  console.error(`${problems.length} problems in ${valueGraph.size} modules`);
  process.exit(1);
}
console.log(
  `layers: ${valueGraph.size} modules, ${imports} imports, no cycle; browser bundle of ${bundle.entry}: ${bundle.modules} modules, ${bundle.bytes} bytes, no node: import`,
);

/** Reports what is wrong with one import; returns the file it leads to when that is a file of the same package. */
function checkImport(owner: Package, path: string, { specifier, line }: ModuleImport): string | undefined {
  const report = (what: string): void => {
    problems.push(`${path}:${line}: ${what}`);
  };
  if (specifier.startsWith(".")) return checkRelativeImport(owner, path, specifier, report);
  if (isBuiltin(specifier)) {
    if (!specifier.startsWith("node:")) report(`"${specifier}" is to be written "node:${specifier}"`);
    if (!isTest(path) && !allowsNodeModules(path))
      report(`"${specifier}" is not for this folder: it must run in a browser`);
    return undefined;
  }
  if (specifier.startsWith("#")) {
    if (!owner.imports.has(specifier))
      report(`"${specifier}" is not in the imports of ${owner.directory}/package.json`);
    return undefined;
  }
  const name = specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
  const target = byName.get(name);
  if (target === undefined) {
    const known =
      owner.dependencies.has(name) || (isTest(path) && (owner.tested.has(name) || rootDependencies.has(name)));
    if (!known) report(`"${name}" is not a dependency in ${owner.directory}/package.json`);
    return undefined;
  }
  if (target === owner) report(`imports its own package by name: use a relative path`);
  else if (
    !owner.layer.mayImport.includes(target.name) &&
    !(target.layer === PLUGIN_LAYER && isBundledPluginList(path))
  )
    report(
      `${owner.name} may not import ${target.name}; it may import ${owner.layer.mayImport.join(", ") || "no package of ours"}`,
    );
  else if (!owner.dependencies.has(name)) report(`"${name}" is not a dependency in ${owner.directory}/package.json`);
  if (!target.exports.has(`.${specifier.slice(name.length)}`))
    report(`"${specifier}" is not in the exports of ${target.name}`);
  return undefined;
}

function checkRelativeImport(
  owner: Package,
  path: string,
  specifier: string,
  report: (what: string) => void,
): string | undefined {
  const file = resolve(root, dirname(path), specifier);
  const target = relative(root, file);
  if (!target.startsWith(`${owner.directory}/`)) report(`"${specifier}" leaves the package`);
  else if (!existsSync(file)) report(`"${specifier}" does not exist (a source is imported by its .ts name)`);
  else if (isTest(target) && !isTest(path)) report(`"${specifier}" is a test`);
  else return target;
  return undefined;
}

function findPackages(): Package[] {
  const found: Package[] = [];
  for (const group of ["packages", "plugins"]) {
    for (const folder of existsSync(join(root, group)) ? readdirSync(join(root, group)).sort() : []) {
      const directory = `${group}/${folder}`;
      const manifest = join(root, directory, "package.json");
      if (!existsSync(manifest)) continue;
      const data = readJson(manifest);
      const layer = group === "plugins" ? PLUGIN_LAYER : LAYERS[folder];
      if (layer === undefined) {
        problems.push(`${directory} has no layer: give it one in tools/layers/rules.ts`);
        continue;
      }
      found.push({
        directory,
        name: data.name ?? folder,
        layer,
        exports: new Set(Object.keys(data.exports ?? {})),
        dependencies: dependenciesOf(isBundled(directory) ? [data.devDependencies] : [], data),
        tested: dependenciesOf([data.devDependencies], data),
        imports: new Set(Object.keys(data.imports ?? {})),
      });
    }
  }
  return found;
}

interface Manifest {
  readonly name?: string;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly imports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

function readJson(file: string): Manifest {
  return JSON.parse(readFileSync(file, "utf8")) as Manifest;
}

type DependencyList = Readonly<Record<string, string>> | undefined;

/** What is installed with the package, and more lists. */
function dependenciesOf(more: readonly DependencyList[], data: Manifest): ReadonlySet<string> {
  const lists = [data.dependencies, data.peerDependencies, data.optionalDependencies, ...more];
  return new Set(lists.flatMap((list) => Object.keys(list ?? {})));
}

function sourcesBelow(directory: string): string[] {
  if (!existsSync(directory) || !statSync(directory).isDirectory()) return [];
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))
    .sort()
    .map((name) => join(directory, name));
}
