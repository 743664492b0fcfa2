import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import { SDK_VERSION } from "hodu-plugin-sdk";
import { packageText } from "./package-text.ts";
import type { PluginPlan } from "./plan-plugin.ts";
import { domainOf, extensionOf, type Language } from "./plugin-kinds.ts";
import { SAMPLE_INPUT, sampleModel } from "./sample-model.ts";

/** Templates end so: nothing that looks at sources takes them for some. */
const SUFFIX = ".tmpl";

/** All files of a new plugin by their paths, with slashes. */
export async function templateFiles(plan: PluginPlan): Promise<ReadonlyMap<string, string | Uint8Array>> {
  const { kind, name, language, info } = plan;
  const model = await sampleModel(kind, name);
  const texts = ["common", language, `${language}-${info.template}`].flatMap((folder) => filled(folder, plan));
  return new Map<string, string | Uint8Array>([
    ["package.json", packageText(plan)],
    ...texts,
    ...clientFiles(language),
    ...(model === undefined ? [] : [["tests/model.hdss", model] as const, ["tests/x.json", SAMPLE_INPUT] as const]),
  ]);
}

/** The folder of the `hodu` package: a bundle of this module lies elsewhere in it. */
const packageFolder = (): string => dirname(createRequire(import.meta.url).resolve("hodu/package.json"));

/** What a plugin in another language copies to speak the protocol: of the bundle, or of a checkout. */
function clientFiles(language: Language): readonly (readonly [path: string, text: string])[] {
  if (language === "ts") return [];
  const bundled = join(packageFolder(), "dist/bundle/clients", language);
  const folder = existsSync(bundled) ? bundled : join(packageFolder(), "../../clients", language);
  const names = readdirSync(folder).filter((name) => CLIENT_FILES[language].test(name));
  return names.sort().map((name) => {
    const path = language === "go" ? `hodu/${name}` : name;
    return [path, readFileSync(join(folder, name), "utf8")] as const;
  });
}

const CLIENT_FILES = { python: /^hodu_plugin\.py$/, go: /(?<!_test)\.go$/, c: /^hodu_plugin\.[ch]$/ } as const;

function filled(folder: string, plan: PluginPlan): readonly (readonly [path: string, text: string])[] {
  const root = join(packageFolder(), "templates", folder);
  if (!existsSync(root)) return [];
  const values = valuesOf(plan);
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(SUFFIX));
  return files.sort().map((path) => {
    const target = path.slice(0, -SUFFIX.length).split(sep).join("/");
    return [fill(target, values), fill(readFileSync(join(root, path), "utf8"), values)] as const;
  });
}

/** Where the source of a plugin begins. */
const SOURCES: Readonly<Record<Language, string>> = {
  ts: "src/index.ts",
  python: "plugin.py",
  go: "main.go",
  c: "plugin.c",
};

/** What stands in templates in braces. */
function valuesOf({ id, name, kind, info, language }: PluginPlan): ReadonlyMap<string, string> {
  const component = info.component(name);
  return new Map([
    ["id", id],
    ["name", name],
    ["description", info.description],
    ["extension", extensionOf(name)],
    ["domain", domainOf(name)],
    ["stage", "stage" in component ? component.stage : ""],
    ["table", kind === "hw-transform" ? "hwTransforms" : "transforms"],
    ["goTable", kind === "hw-transform" ? "HwTransforms" : "Transforms"],
    ["cTable", kind === "hw-transform" ? "hw_transforms" : "transforms"],
    ["decorator", kind.replaceAll("-", "_")],
    ["sdk", SDK_VERSION],
    ["source", SOURCES[language]],
    ["example", exampleOf(kind, name)],
  ]);
}

/** A command that uses the plugin when it is installed. */
function exampleOf(kind: string, name: string): string {
  if (kind === "format") return `hodu inspect tests/fixtures/table${extensionOf(name)}`;
  const run = "hodu run tests/model.hdss -i x=tests/x.json";
  if (kind === "backend") return `${run} --device ${name}`;
  if (kind === "transform") return `${run} --transform ${name}`;
  return kind === "operator" || kind === "extension" ? run : `hodu plugin info ${kind}:${name}`;
}

function fill(text: string, values: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (found, key: string) => values.get(key) ?? found);
}
