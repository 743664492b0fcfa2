import { LOG_LEVELS } from "../logging/levels.ts";
import { levelIn, modulesIn } from "../logging/log-variable.ts";
import { moduleName } from "../logging/module-name.ts";
import { entries } from "./entries-kind.ts";
import { formatExtension } from "./format-extension.ts";
import { key, type KeyDefinition, type Variable, variables } from "./key-definition.ts";
import { pluginSettings } from "./plugin-settings.ts";
import { duration, type Kind, names, number, oneOf, text, yesOrNo } from "./kinds.ts";

const days = number({ from: 1, to: 3650, whole: true, what: "days", example: 7 });
const deviceName = (name: string): boolean => /^[a-z][a-z0-9_-]*(?:::?\d{1,4})?$/i.test(name.trim());
const logLevel = oneOf(LOG_LEVELS);

/** Every setting there is, in the order of the document. Data only: nothing is loaded for it. */
export const KEYS = {
  plugins_dir: key({
    kind: text("a folder", "~/.hodu/plugins"),
    default: undefined,
    otherwise: "plugins in the folder of the configuration",
    description: "Folder of the installed plugins",
  }),
  "defaults.device": key({
    kind: text("a device such as cpu or cuda:0", "cpu", deviceName),
    default: "cpu",
    description: "Device to run on",
    flag: "--device",
  }),
  "defaults.output_format": key({
    kind: oneOf(["pretty", "json", "hdt"]),
    default: "pretty",
    description: "How `hodu run` gives its outputs",
    flag: "--format",
  }),
  "backends.priority": key({
    kind: names("backends, the most wanted first", "cpu,wasm,interp"),
    default: ["cuda", "metal", "cpu", "wasm", "interp"],
    description: "Order in which backends are tried; interp comes last in any case",
  }),
  formats: key({
    kind: entries({
      expected: "a table of extensions and the plugins that read them",
      example: ".npy=my-custom-npy",
      value: text("the name of a plugin or format", "my-custom-npy"),
      name: formatExtension,
    }),
    default: new Map<string, string>(),
    description: "Plugins that read and write the files of an extension, before all others that could",
  }),
  "build.opt_level": key({
    kind: number({ from: 0, to: 3, whole: true, example: 2 }),
    default: 2,
    description:
      "Level of optimisation of models that are compiled: 0 none, 1 cleanup, 2 fusion, 3 layouts and algorithms, too",
    flag: "--opt-level",
  }),
  "build.cache_enabled": key({
    kind: yesOrNo,
    default: true,
    description: "Keep what was compiled, so that it is not compiled again",
  }),
  "build.cache_max_size": key({
    kind: number({ from: 0, whole: true, what: "MB", example: 1024 }),
    default: 1024,
    description: "Size of the cache in MB; what was not used for longest goes first",
  }),
  "build.cache_ttl": key({
    kind: days,
    default: 30,
    description: "Days after which what was not used is removed from the cache",
  }),
  "plugin.auto_update_check": key({
    kind: yesOrNo,
    default: true,
    description: "Look for newer plugins",
    waitsFor: "plugins from a registry",
  }),
  "plugin.update_check_interval": key({
    kind: days,
    default: 7,
    description: "Days between two looks",
    waitsFor: "plugins from a registry",
  }),
  "plugin.trusted_sources.github": key({
    kind: names("patterns of repositories", "prunee/*"),
    default: [],
    description: "Repositories whose plugins are installed without a question",
    waitsFor: "plugins from a registry",
  }),
  "plugins.auto_install": key({
    kind: yesOrNo,
    default: false,
    description: "Install the engine of a device that was found",
    waitsFor: "plugins from a registry",
  }),
  plugins: key({
    kind: pluginSettings,
    default: new Map<string, string>(),
    description: "Settings of plugins, each in a table of its name: `[plugins.npy]`",
  }),
  "runtime.num_threads": key({
    kind: number({ from: 0, to: 1024, whole: true, example: 4 }),
    default: 0,
    description: "Threads of a run; 0: as many as the machine has cores. The interpreter takes one",
    variables: variables("HODU_THREADS"),
    flag: "--threads",
  }),
  "runtime.max_memory": key({
    kind: number({ from: 0, whole: false, what: "MB", example: 2048 }),
    default: undefined,
    otherwise: "80 % of the machine",
    description: "MB that a run may take; 0: no limit",
    variables: variables("HODU_MAX_MEMORY"),
  }),
  "runtime.timeout": key({
    kind: duration,
    default: undefined,
    otherwise: "no limit",
    description: "Time after which a run is ended, in seconds, or such as `500ms` and `2m`",
    variables: variables("HODU_TIMEOUT"),
    flag: "--timeout",
  }),
  "runtime.gpu_memory_fraction": key({
    kind: number({ from: 0, to: 1, whole: false, example: 0.9 }),
    default: 0.9,
    description: "Part of a GPU's memory that a run may take",
    waitsFor: "GPU backends",
  }),
  "runtime.use_memory_pool": key({
    kind: yesOrNo,
    default: true,
    description: "Keep the memory of a compiled model's values from one run to the next",
  }),
  "logging.level": key({
    kind: logLevel,
    default: "info",
    description: "The least urgent records that are logged",
    variables: [{ name: "HODU_LOG", part: levelIn }],
  }),
  "logging.file": key({
    kind: text("a file", "~/.hodu/hodu.log"),
    default: undefined,
    otherwise: "standard error",
    description: "File that the log is appended to; without a folder of its own it stands beside the configuration",
  }),
  "logging.format": key({
    kind: oneOf(["pretty", "json", "compact"]),
    default: "pretty",
    description: "What a record looks like",
  }),
  "logging.modules": key({
    kind: entries({
      expected: "a table of modules and levels",
      example: "onnx=debug,engine=trace",
      value: logLevel,
      name: (name) =>
        name.trim() === "" ? { problems: [{ expected: "the name of a module" }] } : { value: moduleName(name) },
    }),
    default: new Map<string, string>(),
    description: "Levels of single modules: cli, engine, host, or a plugin",
    variables: [{ name: "HODU_LOG", part: modulesIn }],
  }),
  "updates.auto_check": key({
    kind: yesOrNo,
    default: true,
    description: "Look for a newer Hodu",
    waitsFor: "updates",
  }),
  "updates.check_interval": key({ kind: days, default: 7, description: "Days between two looks", waitsFor: "updates" }),
  "updates.include_prerelease": key({
    kind: yesOrNo,
    default: false,
    description: "Look for versions before a release, too",
    waitsFor: "updates",
  }),
  "network.proxy": key({
    kind: text("an http:// or https:// address", "http://proxy.example:8080", isHttpAddress),
    default: undefined,
    otherwise: "none",
    description: "Proxy for all that is fetched; its password is shown nowhere",
    isSecret: true,
    variables: variables("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"),
    waitsFor: "plugins from a registry",
  }),
  "network.no_proxy": key({
    kind: names("hosts", "localhost,*.internal.example"),
    default: [],
    description: "Hosts that are reached without the proxy; `*` stands for anything",
    variables: variables("NO_PROXY", "no_proxy"),
    waitsFor: "plugins from a registry",
  }),
  "network.timeout": key({
    kind: number({ from: 1, to: 3600, whole: false, what: "seconds", example: 30 }),
    default: 30,
    description: "Seconds that an answer may take",
    waitsFor: "plugins from a registry",
  }),
  "network.insecure": key({
    kind: yesOrNo,
    default: false,
    description: "Accept certificates that cannot be verified: who is in between can change what is installed",
    waitsFor: "plugins from a registry",
  }),
} as const satisfies Readonly<Record<string, KeyDefinition<unknown>>>;

/** The name of a setting: its path in the file. */
export type KeyName = keyof typeof KEYS;

/** What a setting holds. */
export type ValueOf<Name extends KeyName> = KindValue<(typeof KEYS)[Name]["kind"]> | (typeof KEYS)[Name]["default"];

type KindValue<K> = K extends Kind<infer Value> ? Value : never;

export const KEY_NAMES = Object.keys(KEYS) as readonly KeyName[];

/** The definition of a setting whose types are not asked for. */
export function definitionOf(name: KeyName): KeyDefinition<unknown> {
  return KEYS[name];
}

/** Variables that give a setting, the first that is set first. */
export function variablesOf(name: KeyName): readonly Variable[] {
  const own = `HODU_${name.toUpperCase().replaceAll(".", "_")}`;
  return [...(definitionOf(name).variables ?? []), ...variables(own)];
}

function isHttpAddress(address: string): boolean {
  return /^https?:\/\//i.test(address) && URL.canParse(address);
}
