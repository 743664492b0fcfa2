import { closestName, HoduError, quote } from "@hodu/core";
import type { ComponentKind } from "hodu-plugin-sdk";
import { formatNames } from "../../config/name-list.ts";
import { type Language, LANGUAGES, PLUGIN_KINDS, type PluginKindInfo } from "./plugin-kinds.ts";

/** A plugin that is to be begun. */
export interface PluginPlan {
  readonly kind: ComponentKind;
  readonly info: PluginKindInfo;
  readonly language: Language;
  /** Name of its package: `hodu-format-points`. */
  readonly id: string;
  /** Name of its component: `points`. */
  readonly name: string;
}

/** Longest name; npm takes 214 characters for a package. */
const MAX_NAME = 100;

/** What `hodu plugin new` is asked for. Throws BAD_USAGE with what there is. */
export function planPlugin(given: string, type: string | undefined, lang = "ts"): PluginPlan {
  const kinds = Object.keys(PLUGIN_KINDS) as ComponentKind[];
  const kind = kinds.find((one) => one === type?.toLowerCase().replaceAll("_", "-"));
  const info = kind && PLUGIN_KINDS[kind];
  if (kind === undefined || info === undefined) throw unknownKind(given, type, kinds);
  const language = LANGUAGES.find((one) => one === lang.toLowerCase());
  if (language === undefined || !info.languages.includes(language)) throw unknownLanguage(given, kind, lang, info);
  const name = shortNameOf(given, kind);
  return { kind, info, language, id: `hodu-${kind}-${name}`, name };
}

/** `my-custom` for `my-custom-backend` and `hodu-backend-my-custom`: the package's name tells the kind. */
function shortNameOf(given: string, kind: ComponentKind): string {
  const prefix = `hodu-${kind}-`;
  const bare = given.startsWith(prefix) ? given.slice(prefix.length) : given;
  const name = bare.endsWith(`-${kind}`) ? bare.slice(0, -kind.length - 1) : bare;
  if (/^[a-z][a-z0-9_-]*$/.test(name) && name.length <= MAX_NAME) return name;
  const near = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, "-")
    .replaceAll(/^[^a-z]+|-+$/g, "")
    .slice(0, MAX_NAME);
  throw new HoduError(
    "BAD_USAGE",
    `Cannot name a plugin ${quote(given.slice(0, 2 * MAX_NAME))}: expected at most ${MAX_NAME} lower-case letters, digits, - and _, a letter first`,
    { hint: `hodu plugin new ${near === "" ? `my-${kind}` : near} --type ${kind}` },
  );
}

function unknownKind(given: string, type: string | undefined, kinds: readonly string[]): HoduError {
  const found = type === undefined ? "no --type" : `the type ${quote(type)}`;
  const near = type === undefined ? undefined : closestName(type, kinds);
  return new HoduError("BAD_USAGE", `Cannot begin a plugin: found ${found}, expected ${formatNames(kinds, "or")}`, {
    hint: `hodu plugin new ${/^[\w-]+$/.test(given) ? given : "my-plugin"} --type ${near ?? "format"}`,
  });
}

function unknownLanguage(given: string, kind: string, lang: string, { languages }: PluginKindInfo): HoduError {
  return new HoduError(
    "BAD_USAGE",
    `Cannot begin a ${kind} plugin: found the language ${quote(lang)}, which there is no template in, expected ${formatNames(languages, "or")}`,
    { hint: `hodu plugin new ${/^[\w-]+$/.test(given) ? given : "my-plugin"} --type ${kind} --lang ${languages[0]}` },
  );
}
