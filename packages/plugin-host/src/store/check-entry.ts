import { isAbsolute } from "node:path";
import { quote } from "@hodu/core";
import { COMPONENT_TABLES, type Component, type ComponentKind, type Manifest } from "hodu-plugin-sdk";
import { indexError } from "./index-error.ts";
import type { InstalledPlugin } from "./installed-plugin.ts";
import { MAX_ITEMS, MAX_TEXT } from "./limits.ts";

type Members = Readonly<Record<string, unknown>>;
type Rule = (value: unknown) => boolean;

const isText: Rule = (value) => typeof value === "string" && value.length <= MAX_TEXT && !value.includes("\0");
const isBoolean: Rule = (value) => typeof value === "boolean";
const isTexts: Rule = (value) => Array.isArray(value) && value.length <= MAX_ITEMS && value.every(isText);
const isKind: Rule = (value) => typeof value === "string" && Object.hasOwn(COMPONENT_TABLES, value);
const isObject = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const matches =
  (pattern: RegExp, also: (text: string) => boolean = () => true): Rule =>
  (value) =>
    isText(value) && pattern.test(value as string) && also(value as string);
const orAbsent =
  (rule: Rule): Rule =>
  (value) =>
    value === undefined || rule(value);

/** As npm names packages: it becomes the name of a folder. */
const isName = matches(/^(?=.{1,214}$)(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/);
const isVersion = matches(/^(?=.{1,256}$)\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]*)?$/);

/** A path that stays in the folder that it starts from, on every system. */
const isInside: Rule = (value) =>
  isText(value) &&
  !/[\\:]/.test(value as string) &&
  (value as string).split("/").every((part) => !/^\.{0,2}$/.test(part));

/** The time is a part of a folder's name: years of four digits keep that short. */
const isTime = matches(/^\d{4}-\d{2}-\d{2}T[0-9:.]+Z$/, (text) => !Number.isNaN(Date.parse(text)));

interface Expectation {
  readonly rule: Rule;
  readonly expected: string;
}

/** The members of an entry, each with its rule. */
const ENTRY: Readonly<Record<keyof InstalledPlugin, Expectation>> = {
  name: { rule: isName, expected: "the name of a package" },
  version: { rule: isVersion, expected: "a version" },
  type: { rule: isKind, expected: "a kind of component" },
  capabilities: {
    rule: (value) => isObject(value) && Object.values(value).every(isBoolean),
    expected: "yes or no each",
  },
  devices: { rule: orAbsent(isTexts), expected: "a list of names" },
  targets: { rule: orAbsent(isTexts), expected: "a list of names" },
  extensions: { rule: orAbsent(isTexts), expected: "a list of extensions" },
  library: { rule: isInside, expected: "a file in the plugin's folder" },
  source: { rule: isText, expected: "where it is from" },
  installed_at: { rule: isTime, expected: "a time" },
  enabled: { rule: isBoolean, expected: "true or false" },
  debug: { rule: isBoolean, expected: "true or false" },
  in_process: { rule: orAbsent(isBoolean), expected: "true or false" },
  folder: { rule: orAbsent((value) => isText(value) && isAbsolute(value as string)), expected: "a path from the root" },
  digest: { rule: matches(/^sha256:[0-9a-f]{64}$/), expected: "sha256: and 64 digits" },
  manifest: { rule: isManifest, expected: "the manifest of the plugin" },
};

const RULES = Object.entries(ENTRY).map(([name, expectation]) => ({ name, ...expectation }));

/** The members that each kind of component is chosen by. */
const LISTS: Partial<Readonly<Record<ComponentKind, readonly string[]>>> = {
  format: ["modelExtensions", "tensorExtensions", "capabilities"],
  backend: ["devices", "capabilities"],
  operator: ["operators"],
};
const TEXTS: Partial<Readonly<Record<ComponentKind, readonly string[]>>> = {
  format: ["title"],
  runtime: ["engine", "device"],
  adapter: ["library", "smi"],
  transform: ["stage"],
  kernel: ["operator"],
  "kernel-backend": ["kernel", "language"],
  "hw-transform": ["stage"],
  operator: ["domain"],
};

/** An entry of plugins.json. Throws CONFIG for the first member that is not as it should be. */
export function checkEntry(file: string, place: string, found: unknown): InstalledPlugin {
  const entry = membersOf(file, place, found);
  for (const name of Object.keys(entry)) {
    if (!Object.hasOwn(ENTRY, name))
      throw indexError(file, `a member ${quote(name)}`, "those of an entry", `${place}.${name}`);
  }
  for (const { name, rule, expected } of RULES) {
    if (!rule(entry[name]))
      throw indexError(file, show(entry[name]), `${expected} in ${place}.${name}`, `${place}.${name}`);
  }
  const checked = entry as unknown as InstalledPlugin;
  const { manifest } = checked;
  if (manifest.id === checked.name && manifest.version === checked.version) return checked;
  const found_ = quote(`${manifest.id} ${manifest.version}`);
  throw indexError(
    file,
    `a manifest of ${found_}`,
    `one of ${quote(`${checked.name} ${checked.version}`)}`,
    `${place}.manifest`,
  );
}

/** The members of an object. Throws CONFIG for anything else. */
export function membersOf(file: string, place: string, value: unknown): Members {
  if (isObject(value)) return value;
  throw indexError(
    file,
    `${show(value)}${place === "" ? "" : ` as ${place}`}`,
    "an object",
    place === "" ? undefined : place,
  );
}

const MANIFEST_TEXTS = ["id", "version", "description", "author", "license", "sdk"];

/** As far as plugins are chosen by it; its other members were checked when the plugin was installed. */
function isManifest(value: unknown): value is Manifest {
  if (!isObject(value)) return false;
  const { components, requires, permissions, program, metadata, capabilities } = value;
  return (
    MANIFEST_TEXTS.every((name) => isText(value[name])) &&
    [requires, permissions, program, metadata].every((part) => part === undefined || isObject(part)) &&
    orAbsent(isTexts)(capabilities) &&
    Array.isArray(components) &&
    components.length > 0 &&
    components.length <= MAX_ITEMS &&
    components.every(isComponent)
  );
}

function isComponent(value: unknown): value is Component {
  if (!isObject(value) || !isKind(value.kind) || !isText(value.name)) return false;
  const kind = value.kind as ComponentKind;
  return (
    (LISTS[kind] ?? []).every((name) => isTexts(value[name])) &&
    (TEXTS[kind] ?? []).every((name) => isText(value[name]))
  );
}

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  return quote(typeof value === "string" ? value.slice(0, 80) : JSON.stringify(value).slice(0, 80));
}
