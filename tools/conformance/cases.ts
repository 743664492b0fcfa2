import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import type { Tolerance } from "@hodu/core";
import { UsageError } from "./options.ts";

/** One folder with a model and what it must give. */
export interface Case {
  /** The folder's path below the path that was asked for. */
  readonly name: string;
  readonly folder: string;
  readonly model: string;
  readonly dataSets: readonly DataSet[];
  /** Its outputs are random: only dtype, shape and mean are checked, and it is counted apart. */
  readonly random: boolean;
}

export interface DataSet {
  readonly name: string;
  /** Files by position. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export interface Found {
  readonly cases: readonly Case[];
  /** Folders that TRUSTED.txt leaves out. */
  readonly untrusted: number;
}

/** That of the ONNX backend tests; a data.json beside the model replaces it. */
const DEFAULT_TOLERANCE: Tolerance = { relative: 1e-3, absolute: 1e-7 };

/** Folders deeper than this are not looked at. */
const MAX_DEPTH = 12;

/** Folders whose references carry more noise than the default tolerance: the ONNX project computed them in single precision. */
const NOISY: { readonly folder: RegExp; readonly tolerance: Tolerance } = {
  folder: /^test_dft_inverse/,
  tolerance: { relative: 1e-3, absolute: 1e-5 },
};
export const NOISY_NOTE =
  "note: test_dft_inverse* are compared at atol 1e-5, because their references carry more noise than 1e-7";

const RANDOM_FOLDER = /^test_bernoulli/;

export const isNoisy = (name: string): boolean => NOISY.folder.test(basename(name));

/** All cases below `root`, sorted by name. Throws UsageError when a listed or needed file cannot be read. */
export function findCases(root: string, only: readonly string[], trusted: boolean): Found {
  if (!existsSync(root)) throw new UsageError(`Cannot read "${root}": there is no such file or folder`);
  if (!statSync(root).isDirectory()) {
    throw new UsageError(`Cannot read "${root}": expected a folder or an archive (.tar.xz, .tar.gz, .tar)`);
  }
  const patterns = only.map(patternOf);
  const cases: Case[] = [];
  let untrusted = 0;
  const walk = (folder: string, depth: number, lists: readonly TrustedList[]): void => {
    const entries = readdirSync(folder, { withFileTypes: true });
    if (entries.some((entry) => entry.name === "model.onnx")) {
      const name = relative(root, folder) || basename(folder);
      if (patterns.length > 0 && !patterns.some((pattern) => pattern.test(name) || pattern.test(basename(name))))
        return;
      if (lists.every((list) => isListed(list, folder))) cases.push(readCase(folder, name));
      else untrusted += 1;
      return;
    }
    if (depth === MAX_DEPTH) return;
    const own = trusted ? readTrusted(folder) : undefined;
    const inner = own === undefined ? lists : [...lists, own];
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.isDirectory()) walk(join(folder, entry.name), depth + 1, inner);
    }
  };
  walk(root, 0, []);
  return { cases, untrusted };
}

/** A folder with a TRUSTED.txt: of what is below it, only what the file lists counts. */
interface TrustedList {
  readonly folder: string;
  readonly names: ReadonlySet<string>;
}

function readTrusted(folder: string): TrustedList | undefined {
  const file = join(folder, "TRUSTED.txt");
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, "utf8").split(/\r?\n/);
  const names = lines.map((line) => line.replace(/#.*$/, "").trim().replace(/\/$/, "")).filter((line) => line !== "");
  return { folder, names: new Set(names) };
}

/** Whether the folder, or one above it, stands in the list. */
function isListed({ folder, names }: TrustedList, path: string): boolean {
  const parts = relative(folder, path).split(sep);
  return parts.some((_, i) => names.has(parts.slice(0, i + 1).join("/")));
}

/** `*` and `?` as in a shell. */
function patternOf(glob: string): RegExp {
  const source = glob
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`);
}

function readCase(folder: string, name: string): Case {
  const sets = readdirSync(folder).filter((entry) => /^test_data_set_\d+$/.test(entry));
  sets.sort((a, b) => Number(a.slice(14)) - Number(b.slice(14)));
  return {
    name,
    folder,
    model: join(folder, "model.onnx"),
    dataSets: sets.map((set) => readDataSet(join(folder, set))),
    random: RANDOM_FOLDER.test(basename(folder)),
  };
}

function readDataSet(folder: string): DataSet {
  const names = readdirSync(folder);
  const files = (kind: string): string[] => {
    const count = names.filter((name) => new RegExp(`^${kind}_\\d+\\.pb$`).test(name)).length;
    return Array.from({ length: count }, (_, i) => join(folder, `${kind}_${i}.pb`));
  };
  return { name: basename(folder), inputs: files("input"), outputs: files("output") };
}

/** The tolerance of a case. Throws when its data.json cannot be read. */
export function toleranceOf({ folder }: Case): Tolerance {
  const base = NOISY.folder.test(basename(folder)) ? NOISY.tolerance : DEFAULT_TOLERANCE;
  const file = join(folder, "data.json");
  if (!existsSync(file)) return base;
  const data: unknown = JSON.parse(readFileSync(file, "utf8"));
  return {
    relative: toleranceIn(data, "rtol", base.relative),
    absolute: toleranceIn(data, "atol", base.absolute),
  };
}

function toleranceIn(data: unknown, key: string, fallback: number): number {
  const value: unknown = typeof data === "object" && data !== null ? Reflect.get(data, key) : undefined;
  if (value === undefined) return fallback;
  if (typeof value === "number" && value >= 0) return value;
  throw new Error(`data.json: ${key} is ${JSON.stringify(value)}, expected a number of 0 or more`);
}
