import { join } from "node:path";
import type { Manifest } from "hodu-plugin-sdk";
import { readManifest } from "../manifest/read-manifest.ts";
import { commitInstall, type NewPlugin } from "../store/commit-install.ts";
import { describeComponents } from "../store/describe-components.ts";
import type { InstalledPlugin } from "../store/installed-plugin.ts";
import { logFile } from "../store/list-installed.ts";
import { type PluginStore, sourceFolder } from "../store/plugin-store.ts";
import { readInstalled } from "../store/read-installed.ts";
import { openStaging, type Staging } from "../store/staging.ts";
import { admitPlugin } from "./admit-plugin.ts";
import { buildPlugin, declaredBuild } from "./build-plugin.ts";
import { CopyAllowance, copyTree } from "./copy-tree.ts";
import { digestFolder } from "./digest-folder.ts";
import type { InstallHost, InstallOutcome, InstallRequest } from "./install-request.ts";
import { MAX_LINE } from "./limits.ts";
import { linkSdk } from "./link-sdk.ts";
import { pluginLibrary } from "./plugin-library.ts";
import { syncTree } from "./sync-tree.ts";
import { existing, sourceLabel, takeSources } from "./take-sources.ts";
import { verifyPlugin } from "./verify-plugin.ts";

/**
 * Installs a plugin: takes its sources, builds it by its one declared build, loads it once, and only then makes it the installed one. After
 * any failure, also of the machine, what was installed before is. Throws BAD_PLUGIN, MISSING_INPUT, PLUGIN_INCOMPATIBLE, PLUGIN_DEPENDENCY,
 * PLUGIN_BUILD, POLICY, LOCKED, CONFIG, CANNOT_CREATE, IO, ABORTED, and what loading throws.
 */
export async function installPlugin(
  store: PluginStore,
  request: InstallRequest,
  host: InstallHost,
): Promise<InstallOutcome> {
  const { source } = request;
  readInstalled(store.home);
  if (source.kind === "folder") admitPlugin(readManifest(existing(source.path)), request, host);
  const waiting = { signal: host.signal, onWait: host.report.waiting };
  const staging = await openStaging(store, `install ${source.path}`, waiting);
  const closeNow = (): void => staging.closeNow();
  process.on("exit", closeNow);
  host.report.begin();
  try {
    return await install(store, request, host, staging);
  } finally {
    await staging.close();
    process.off("exit", closeNow);
  }
}

async function install(
  store: PluginStore,
  request: InstallRequest,
  host: InstallHost,
  staging: Staging,
): Promise<InstallOutcome> {
  const folder = join(staging.folder, "install");
  const source = join(folder, "source");
  await takeSources(store, request.source, source, host);
  const manifest = readManifest(source);
  if (request.source.kind !== "folder") admitPlugin(manifest, request, host);
  const before = readInstalled(store.home).plugins.find(({ name }) => name === manifest.id);
  if (!request.force && before !== undefined && (await isSame(store, before, request, source))) {
    return { entry: before, before, isSame: true };
  }
  await host.confirm(manifest, declaredBuild(manifest, source));
  await makePackage(store, manifest, { request, host, staging, source, target: join(folder, "package") });
  const plugin = await describe(manifest, join(folder, "package"), request, before);
  await syncTree(folder);
  const waiting = { signal: host.signal, onWait: host.report.waiting };
  const entry = await commitInstall(store, staging, { plugin, folder }, waiting);
  host.events({ type: "PluginInstalled", plugin: entry.name, version: entry.version });
  return { entry, before, isSame: false };
}

/** Whether that very plugin is installed: of the same sources, built the same way. */
async function isSame(
  store: PluginStore,
  before: InstalledPlugin,
  { debug, inProcess }: InstallRequest,
  source: string,
): Promise<boolean> {
  if (before.debug !== debug || (before.in_process ?? false) !== inProcess) return false;
  const kept = await digestFolder(sourceFolder(store, before)).catch(() => undefined);
  return kept !== undefined && kept === (await digestFolder(source));
}

/** Of an install, as its progress counts them: the sources, the build, the first load. */
const PARTS = 3;

interface PackagePlan {
  readonly request: InstallRequest;
  readonly host: InstallHost;
  readonly staging: Staging;
  readonly source: string;
  readonly target: string;
}

/** The package of the sources: built, and loaded once. */
async function makePackage(store: PluginStore, manifest: Manifest, plan: PackagePlan): Promise<void> {
  const { request, host, staging, source, target } = plan;
  const { signal, report, machine } = host;
  const label = `${manifest.id} ${manifest.version}`;
  const progress = (done: number, what: string): void =>
    host.events({ type: "InstallProgress", plugin: manifest.id, done, total: PARTS, label: what.slice(0, MAX_LINE) });
  await copyTree(source, target, { allowance: new CopyAllowance(), signal });
  linkSdk(target);
  const log = logFile(store, manifest.id, "-build");
  if (declaredBuild(manifest, target) !== undefined) {
    report.step(`Building ${label}...`);
    progress(1, `Compiling ${manifest.id}`);
    const own = request.source.kind === "folder" ? [request.source.path] : [];
    await buildPlugin({
      manifest,
      folder: target,
      debug: request.debug,
      compilersIn: [...host.compilersIn, ...own],
      logFile: log,
      machine,
      retry: request.retry,
      signal,
      held: staging.descriptor,
      sandbox: { scratch: join(staging.folder, "scratch"), network: manifest.permissions?.network === true },
      onLine: (line) => progress(1, line),
    });
  }
  report.step(`Checking that ${label} loads...`);
  progress(2, `Loading ${manifest.id}`);
  await verifyPlugin(manifest, target, log, signal);
}

async function describe(
  manifest: Manifest,
  folder: string,
  { source, debug, inProcess }: InstallRequest,
  before: InstalledPlugin | undefined,
): Promise<NewPlugin> {
  return {
    name: manifest.id,
    version: manifest.version,
    ...describeComponents(manifest),
    library: pluginLibrary(manifest, folder),
    source: sourceLabel(source),
    enabled: before?.enabled ?? true,
    debug,
    ...(inProcess && { in_process: true }),
    digest: await digestFolder(folder),
    manifest,
  };
}
