/** Installing, removing and rebuilding plugins: loaded by the commands that do that, and by nothing on the way to a run. */
export { declaredBuild } from "./build-plugin.ts";
export { checkSystem, type SystemCheck } from "./check-system.ts";
export { digestFolder } from "./digest-folder.ts";
export { findTypeScript, type TypeScript } from "./find-typescript.ts";
export { installPlugin } from "./install-plugin.ts";
export type {
  InstallHost,
  InstallOutcome,
  InstallReport,
  InstallRequest,
  InstallSource,
} from "./install-request.ts";
export { describeBuild } from "../isolation/describe-build.ts";
export { describePermissions } from "../isolation/describe-permissions.ts";
export type { Guards, NodeGuards } from "../isolation/guards.ts";
export { guardsHere } from "../isolation/guards-here.ts";
export { linkSdk } from "./link-sdk.ts";
export { lacksSdkLink, mendSdkLinks } from "./mend-sdk-links.ts";
export { rebuildPlugin } from "./rebuild-plugin.ts";
export { type RemoveOptions, removePlugin } from "./remove-plugins.ts";
export { hasTool, systemTool, type SystemTool, waysToInstall } from "./system-tools.ts";
export { type RecoveredIndex, recoverIndex } from "../store/recover-index.ts";
export { removeStrays, repairStore } from "../store/repair-store.ts";
export { thisMachine } from "../resolve/this-machine.ts";
export { checkManifest } from "../manifest/check-manifest.ts";
export { readPackageJson } from "../manifest/read-package-json.ts";
