import { HoduError, quote } from "@hodu/core";
import { parse, TomlError } from "smol-toml";
import { checkConfig, type CheckedConfig, type Finding, type TomlTable } from "./check-config.ts";
import type { KeyName } from "./keys.ts";
import { MAX_DEPTH, MAX_FINDINGS } from "./limits.ts";
import { maskSecrets } from "./mask-secrets.ts";
import { scanToml, type TomlPlaces } from "./scan-toml.ts";

/** A configuration file that was read and found good. */
export interface ConfigFile {
  readonly path: string;
  readonly values: ReadonlyMap<KeyName, unknown>;
  /** The line of a setting. */
  lineOf(name: KeyName): number | undefined;
}

/** Reads the text of a configuration file. Throws CONFIG with all that is wrong, each with its line. */
export function readConfigFile(path: string, text: string): ConfigFile {
  const { values, findings } = checkConfig(parseToml(path, text));
  if (findings.length > 0) throw describeFindings(path, text, findings);
  return { path, values, lineOf: (name) => lineOf(scanToml(text), name.split(".")) };
}

/** What is in a TOML text. Throws CONFIG where it is none. */
export function parseToml(path: string, text: string): TomlTable {
  try {
    return parse(text, { integersAsBigInt: "asNeeded", maxDepth: MAX_DEPTH });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // The lines that the reader shows after its message may hold a secret.
    const [reason] = error.message.replace(/^Invalid TOML document: /, "").split("\n");
    throw new HoduError(
      "CONFIG",
      `Cannot read the configuration ${quote(path)}: line ${error.line}, column ${error.column}: ${maskSecrets(reason)}, expected TOML`,
      { hint: editHint(path, error.line), where: { file: path } },
    );
  }
}

function describeFindings(path: string, text: string, findings: CheckedConfig["findings"]): HoduError {
  const places = scanToml(text);
  const kept = findings.slice(0, MAX_FINDINGS).map((finding) => ({ finding, line: lineOf(places, finding.path) }));
  kept.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
  const lines = kept.map(({ finding, line }) => `${line === undefined ? "" : `line ${line}: `}${finding.describe()}`);
  const more = findings.length - kept.length;
  const [first] = kept;
  const list = kept.length === 1 ? lines[0] : `${findings.length} settings are wrong\n  ${lines.join("\n  ")}`;
  return new HoduError(
    "CONFIG",
    `Cannot use the configuration ${quote(path)}: ${list}${more === 0 ? "" : `\n  and ${more} more`}`,
    { hint: hintFor(path, first.finding, first.line), where: { file: path } },
  );
}

function hintFor(path: string, { path: [...names] }: Finding, line: number | undefined): string {
  const isPlain = names.every((name) => /^[\w-]+$/.test(name));
  return isPlain ? `hodu config unset ${names.join(".")}` : editHint(path, line);
}

function editHint(path: string, line: number | undefined): string {
  return `\${EDITOR:-vi}${line === undefined ? "" : ` +${line}`} ${path}`;
}

/** The line of a key, of a header, or of the first thing below. */
function lineOf({ entries, headers }: TomlPlaces, path: readonly string[]): number | undefined {
  const wanted = path.slice(0, 8);
  const isBelow = (found: readonly string[]): boolean => wanted.every((name, i) => found[i] === name);
  const lines = [...entries, ...headers].filter((place) => isBelow(place.path)).map((place) => place.line);
  return lines.length === 0 ? undefined : lines.reduce((a, b) => Math.min(a, b));
}
