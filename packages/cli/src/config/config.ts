import { HoduError, quote } from "@hodu/core";
import type { ConfigFile } from "./config-file.ts";
import { configPath } from "./config-path.ts";
import { hoduHome } from "./hodu-home.ts";
import { definitionOf, KEYS, type KeyName, type ValueOf, variablesOf } from "./keys.ts";
import type { Problem } from "./kinds.ts";
import { maskSecrets } from "./mask-secrets.ts";
import { readConfigText } from "./read-config-text.ts";

/** Where the value of a setting is from. */
export type Origin =
  | { readonly from: "flag"; readonly flag: string }
  | { readonly from: "environment"; readonly variable: string }
  | { readonly from: "file"; readonly file: string; readonly line: number | undefined }
  | { readonly from: "default" };

/** A setting in effect. */
interface Setting<Value> {
  readonly value: Value;
  readonly origin: Origin;
}

/** All settings of a call of the command. */
export interface Config {
  /**
   * A setting: from the option if one is given (as text), else from the environment, the file, or the default.
   * Throws BAD_USAGE (the option), CONFIG (a variable).
   */
  get<Name extends KeyName>(name: Name, flag?: string): Setting<ValueOf<Name>>;
}

/** The settings without those of the configuration file. */
export const withoutFile = (environment: NodeJS.ProcessEnv): Config => ({
  get: (name, flag) => findSetting(name, flag, environment, undefined),
});

/** Reads the configuration file, if there is one; only then is a TOML reader loaded. Throws CONFIG. */
export async function openConfig(environment: NodeJS.ProcessEnv = process.env): Promise<Config> {
  const file = await openFile(environment);
  return {
    get: (name, flag) => findSetting(name, flag, environment, file),
  };
}

async function openFile(environment: NodeJS.ProcessEnv): Promise<ConfigFile | undefined> {
  if (hoduHome(environment) === undefined) return undefined;
  const path = configPath(environment);
  const text = readConfigText(path);
  return text === undefined ? undefined : (await import("./config-file.ts")).readConfigFile(path, text);
}

/** The order of precedence: option, variable, file, default. */
function findSetting<Name extends KeyName>(
  name: Name,
  flag: string | undefined,
  environment: NodeJS.ProcessEnv,
  file: ConfigFile | undefined,
): Setting<ValueOf<Name>> {
  const found = fromFlag(name, flag) ?? fromEnvironment(name, environment) ?? fromFile(name, file) ?? fromDefault(name);
  // The kind of a key gives values of its type, wherever it takes them from.
  return found as Setting<ValueOf<Name>>;
}

function fromFlag(name: KeyName, text: string | undefined): Setting<unknown> | undefined {
  const { flag, kind } = definitionOf(name);
  if (text === undefined || flag === undefined) return undefined;
  const reading = kind.parse(text);
  if ("value" in reading) return { value: reading.value, origin: { from: "flag", flag } };
  throw new HoduError("BAD_USAGE", `Cannot use ${flag} ${quote(text)}: expected ${reading.problems[0].expected}`, {
    hint: `hodu run model.onnx ${flag} ${kind.example}`,
  });
}

function fromEnvironment(name: KeyName, environment: NodeJS.ProcessEnv): Setting<unknown> | undefined {
  for (const variable of variablesOf(name)) {
    const whole = environment[variable.name] ?? "";
    const text = whole === "" ? undefined : variable.part(whole);
    if (text === undefined) continue;
    const reading = definitionOf(name).kind.parse(text);
    if (!("value" in reading)) throw wrongVariable(variable.name, whole, reading.problems[0]);
    return { value: reading.value, origin: { from: "environment", variable: variable.name } };
  }
  return undefined;
}

function wrongVariable(name: string, text: string, { entry, expected }: Problem): HoduError {
  const place = entry === undefined ? "" : ` for ${quote(maskSecrets(entry))}`;
  return new HoduError("CONFIG", `Cannot use ${name}=${quote(maskSecrets(text))}: expected ${expected}${place}`, {
    hint: `unset ${name}`,
  });
}

function fromFile(name: KeyName, file: ConfigFile | undefined): Setting<unknown> | undefined {
  if (file === undefined || !file.values.has(name)) return undefined;
  return {
    value: file.values.get(name),
    origin: {
      from: "file",
      file: file.path,
      get line() {
        return file.lineOf(name);
      },
    },
  };
}

function fromDefault(name: KeyName): Setting<unknown> {
  return { value: KEYS[name].default, origin: { from: "default" } };
}
