import { isAbsolute } from "node:path";
import { quote } from "@hodu/core";
import { indexError } from "./index-error.ts";
import type { InstalledPlugin } from "./installed-plugin.ts";
import { isManifest } from "./is-manifest.ts";
import { isBoolean, isKind, isObject, isText, isTexts, matches, type Members, orAbsent, type Rule } from "./rules.ts";

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

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  return quote(typeof value === "string" ? value.slice(0, 80) : JSON.stringify(value).slice(0, 80));
}
