/** Writing plugins: what the commands for their authors work with, and nothing on the way to a run. */
export { listFolder } from "../list-folder.ts";
export { buildPlugin, declaredBuild } from "../install/build-plugin.ts";
export { checkSystem } from "../install/check-system.ts";
export { hasTool, systemTool, waysToInstall } from "../install/system-tools.ts";
export { readPackage, type ManifestFinding } from "../manifest/check-manifest.ts";
export { satisfies, toSemver } from "../manifest/ranges.ts";
export { readManifest } from "../manifest/read-manifest.ts";
export { readPackageJson } from "../manifest/read-package-json.ts";
export { packageEntry } from "../package-entry.ts";
export { findRequired, type Required } from "../resolve/find-required.ts";
export { type Requirement, requirementsOf } from "../resolve/requirement.ts";
export { thisMachine } from "../resolve/this-machine.ts";
export { notSources } from "./build-generation.ts";
export { DevSession, type DevSessionOptions } from "./dev-session.ts";
export { linkOwnSdk } from "./link-own-sdk.ts";
