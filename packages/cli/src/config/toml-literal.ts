/** What a setting holds, but for tables. */
export type TomlValue = string | number | boolean | readonly string[];

/** A value as TOML is written on one line. */
export function tomlLiteral(value: TomlValue): string {
  if (typeof value === "string") return tomlString(value);
  if (typeof value === "object") return `[${value.map(tomlString).join(", ")}]`;
  return String(value);
}

/** A name as TOML has it in a path. */
export function tomlName(name: string): string {
  return /^[A-Za-z0-9_-]+$/.test(name) ? name : tomlString(name);
}

/** JSON's escapes are TOML's; DEL is TOML's alone, and lone surrogates it has none for. */
function tomlString(text: string): string {
  return JSON.stringify(text.replace(/\p{Cs}/gu, "\ufffd")).replaceAll("\u007f", "\\u007f");
}
