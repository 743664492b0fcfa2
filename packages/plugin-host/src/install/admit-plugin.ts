import { HoduError, quote } from "@hodu/core";
import { type Manifest, SDK_VERSION } from "hodu-plugin-sdk";
import { satisfies } from "../manifest/ranges.ts";
import { shortName } from "../resolve/plugins-named.ts";
import { incompatibleError } from "../resolve/dependency-errors.ts";
import { resolveLoadOrder } from "../resolve/resolve-load-order.ts";
import { checkSystem, refuseMissing } from "./check-system.ts";
import type { InstallHost, InstallRequest } from "./install-request.ts";

/** Refuses what could not run here, before anything is built: PLUGIN_INCOMPATIBLE, PLUGIN_DEPENDENCY, POLICY for one that was not asked for. */
export function admitPlugin(manifest: Manifest, { expected, retry }: InstallRequest, host: InstallHost): void {
  const { id, version, sdk } = manifest;
  if (expected !== undefined && !isWanted(manifest, expected)) {
    const wanted = [expected.name, expected.version].filter((part) => part !== undefined).join(" ");
    const message = `Cannot install the plugin: found ${quote(`${id} ${version}`)}, expected ${quote(wanted)}`;
    throw new HoduError("POLICY", message, { hint: "hodu plugin install --help", where: { plugin: id } });
  }
  if (!satisfies(SDK_VERSION, sdk)) {
    const hint = `npm pkg set "peerDependencies.hodu-plugin-sdk=^${SDK_VERSION}" (in its folder, when it works with that)`;
    throw incompatibleError(manifest, SDK_VERSION, "install", hint);
  }
  checkTools(manifest, retry, host);
  const candidate = { manifest };
  const others = host.known.filter((plugin) => plugin.manifest.id !== id);
  const { failures } = resolveLoadOrder([candidate], [...others, candidate], host);
  const failure = failures.get(candidate);
  if (failure !== undefined) host.report.warn(failure.message);
}

/** Whether it has the name, in short or in full, and the version. */
function isWanted({ id, version }: Manifest, expected: NonNullable<InstallRequest["expected"]>): boolean {
  const name = expected.name.toLowerCase();
  return (name === id.toLowerCase() || name === shortName(id)) && (expected.version ?? version) === version;
}

function checkTools(manifest: Manifest, retry: string, { machine, report }: InstallHost): void {
  const checks = checkSystem(manifest, machine);
  if (checks.length > 0) report.step("Checking dependencies...");
  for (const check of checks) report.checked(check);
  refuseMissing(manifest, machine, retry);
}
