import { type PluginStore, readInstalled } from "@hodu/plugin-host";
import { removeDamaged, verifyCache } from "@hodu/engine/node";
import { mendSdkLinks, recoverIndex, removeStrays, repairStore } from "@hodu/plugin-host/install";
import { cacheOptions } from "../cache/cache-settings.ts";
import type { Config } from "../config/config.ts";
import { storeOf } from "../plugins/discover.ts";
import { asWrong } from "./as-wrong.ts";
import type { Finding } from "./finding.ts";

/** One thing that can be mended without a loss; gives what it did. */
interface Mend {
  readonly name: string;
  readonly mend: (store: PluginStore, config: Config, environment: NodeJS.ProcessEnv) => Promise<readonly string[]>;
}

/** In this order: links are those of plugins that the list has, and what the list lacks goes when it can be read. */
const MENDS: readonly Mend[] = [
  { name: "installed plugins", mend: remakeIndex },
  { name: "interrupted changes", mend: removeInterrupted },
  { name: "SDK links", mend: linkAgain },
  { name: "cache", mend: cleanDamaged },
];

/** Mends what can be mended safely, and says each thing that it did, or could not do. Never rejects. */
export async function mend(config: Config, environment: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  const store = storeOf(config, environment);
  if (store === undefined) return [{ mark: "absent", name: "home", text: "none: there is no home folder" }];
  const findings: Finding[] = [];
  for (const one of MENDS) {
    try {
      const done = await one.mend(store, config, environment);
      findings.push(...done.map((text): Finding => ({ mark: "ok", name: one.name, text: `${one.name}: ${text}` })));
    } catch (error) {
      findings.push(asWrong(one.name, error));
    }
  }
  return findings.length > 0 ? findings : [{ mark: "ok", name: "nothing", text: "nothing had to be mended" }];
}

async function remakeIndex(store: PluginStore): Promise<readonly string[]> {
  const recovered = await recoverIndex(store);
  if (recovered === undefined) return [];
  const { plugins, kept } = recovered;
  const count = plugins.length === 1 ? "1 plugin" : `${plugins.length} plugins`;
  return [`made the list anew, of ${count} on the disk, all of them enabled; the damaged one is ${kept}`];
}

async function removeInterrupted(store: PluginStore): Promise<readonly string[]> {
  const ended = await repairStore(store);
  const strays = await removeStrays(store);
  return [
    ...ended.map((what) => `removed what an interrupted "${what}" left`),
    ...strays.map((folder) => `removed ${folder}, which no plugin of the list is in`),
  ];
}

async function linkAgain(store: PluginStore): Promise<readonly string[]> {
  return mendSdkLinks(store, readInstalled(store.home).plugins).map(({ name }) => `linked the SDK for ${name} again`);
}

async function cleanDamaged(
  _: PluginStore,
  config: Config,
  environment: NodeJS.ProcessEnv,
): Promise<readonly string[]> {
  const options = cacheOptions(config, environment);
  if (options === undefined) return [];
  const { damaged } = await verifyCache(options, new AbortController().signal);
  return (await removeDamaged(options, damaged)).map(({ entry, why }) => `removed ${entry.file}: ${why}`);
}
