import { type Config, openConfig, type Origin } from "../config/config.ts";
import { configPath } from "../config/config-path.ts";
import { findKey } from "../config/find-key.ts";
import { definitionOf, KEY_NAMES, type KeyName, variablesOf } from "../config/keys.ts";
import { maskSecrets } from "../config/mask-secrets.ts";
import { pageOf } from "../inspect/page.ts";
import { escapeJson, escapeLine } from "../terminal/escape.ts";
import { newStatus } from "../terminal/status.ts";
import { formatTable } from "../terminal/table.ts";
import { writeResult } from "../terminal/write.ts";

/** `hodu config list`: every setting, what it holds, and where that is from. */
export async function listConfig({ json }: { readonly json?: boolean }): Promise<void> {
  const config = await openConfig();
  if (json)
    return writeResult(
      `${escapeJson(
        JSON.stringify(
          KEY_NAMES.map((name) => asJson(config, name)),
          null,
          2,
        ),
      )}\n`,
    );
  const columns = [{ title: "SETTING", isWhole: true }, { title: "VALUE" }, { title: "FROM" }];
  const rows = KEY_NAMES.map((name) => {
    const { value, origin } = config.get(name);
    const { otherwise = "none", waitsFor } = definitionOf(name);
    const text = formatValue(name, value);
    const note = waitsFor === undefined ? "" : " (no effect yet)";
    return [name, escapeLine(text === "" ? `(${otherwise})` : text), escapeLine(formatOrigin(origin)) + note];
  });
  await writeResult(`${formatTable(columns, rows, pageOf(process.stdout).columns).join("\n")}\n`);
}

/** `hodu config get KEY`: what is in effect, alone; an empty line where there is no value. */
export async function getConfig(key: string): Promise<void> {
  const { name, entry } = findKey(key);
  const { value } = (await openConfig()).get(name);
  const text =
    entry === undefined ? formatValue(name, value) : value instanceof Map ? value.get(entry.name) : undefined;
  await writeResult(`${escapeLine(text ?? "")}\n`);
}

/** `hodu config set KEY VALUE`. */
export async function setConfig(key: string, text: string): Promise<void> {
  const place = findKey(key);
  const path = configPath(process.env);
  const { setInFile } = await import("../config/change-config.ts");
  await setInFile(path, place, text);
  const status = newStatus("normal");
  status.line("Set", `${key} in ${path}`);
  const { origin } = (await openConfig()).get(place.name);
  if (origin.from === "environment") status.warn(`${origin.variable} is set and goes before it`);
  const { waitsFor } = definitionOf(place.name);
  if (waitsFor !== undefined) status.warn(`${place.name} has no effect yet: it is for ${waitsFor}`);
}

/** `hodu config unset KEY`: also of what is no setting. */
export async function unsetConfig(key: string): Promise<void> {
  const path = configPath(process.env);
  const { unsetInFile } = await import("../config/change-config.ts");
  await unsetInFile(path, key);
  newStatus("normal").line("Unset", `${key} in ${path}`);
}

/** `hodu config path`: where the file is, or would be. */
export async function printConfigPath(): Promise<void> {
  await writeResult(`${configPath(process.env)}\n`);
}

/** The text of a value, without a password; "" where there is none. */
function formatValue(name: KeyName, value: unknown): string {
  const { kind, isSecret } = definitionOf(name);
  const text = value === undefined ? "" : kind.format(value);
  return isSecret ? maskSecrets(text) : text;
}

function formatOrigin(origin: Origin): string {
  switch (origin.from) {
    case "flag":
      return origin.flag;
    case "environment":
      return origin.variable;
    case "file":
      return origin.line === undefined ? origin.file : `${origin.file}:${origin.line}`;
    case "default":
      return "default";
    default:
      return origin satisfies never;
  }
}

/** All that is known of a setting. Times are in milliseconds. */
function asJson(config: Config, name: KeyName): object {
  const { value, origin } = config.get(name);
  const { kind, default: usual, otherwise, isSecret, waitsFor, flag, description } = definitionOf(name);
  const plain = plainValue(value);
  return {
    key: name,
    value: isSecret && typeof plain === "string" ? maskSecrets(plain) : plain,
    ...origin,
    description,
    expected: kind.expected,
    default: plainValue(usual),
    otherwise,
    variables: variablesOf(name).map((variable) => variable.name),
    flag,
    waits_for: waitsFor,
  };
}

function plainValue(value: unknown): unknown {
  return value instanceof Map ? Object.fromEntries(value) : (value ?? null);
}
