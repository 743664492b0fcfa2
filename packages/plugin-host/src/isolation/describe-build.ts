import type { Manifest } from "hodu-plugin-sdk";
import type { Guards } from "./guards.ts";

/** How a plugin is built when it is installed on a machine with these guards, and what holds the build: one line. */
export function describeBuild(
  { program, permissions = {} }: Pick<Manifest, "program" | "permissions">,
  build: readonly string[],
  { namespaces }: Pick<Guards, "namespaces">,
): string {
  const isOwn = program?.build !== undefined;
  const what = isOwn ? build.join(" ") : "the TypeScript compiler, which runs none of its code";
  if (!namespaces) {
    return isOwn
      ? `It is built by ${what}, which can do all that you can: nothing holds it here.`
      : `It is built by ${what}. Nothing here keeps it from writing where its tsconfig.json says.`;
  }
  const network = permissions.network === true ? "it has the network, as the plugin asks" : "it has no network";
  return `It is built by ${what}. The build reads compilers, libraries and its own folder, writes that folder alone, and ${network} (enforced by Linux).`;
}
