import { readPackageJson, satisfies } from "@hodu/plugin-host/develop";
import { type Manifest, SDK_VERSION } from "hodu-plugin-sdk";

/** Whether a plugin works with something. */
export interface Compatibility {
  /** `hodu-plugin-sdk 0.3.0`, `Node 24.1.0`, `linux`. */
  readonly with: string;
  /** What the plugin says. */
  readonly range: string;
  readonly compatible: boolean;
}

interface NpmMembers {
  readonly engines?: { readonly node?: unknown };
  readonly os?: unknown;
  readonly cpu?: unknown;
}

/** Whether the plugin of a folder works with this SDK and those of other versions, this Node, and this machine. */
export function compatibilityOf(
  { sdk }: Manifest,
  folder: string,
  versions: readonly string[],
): readonly Compatibility[] {
  const { engines, os, cpu } = Object(readPackageJson(folder)) as NpmMembers;
  const node = process.versions.node;
  return [
    ...[SDK_VERSION, ...versions].map((version) => ({
      with: `hodu-plugin-sdk ${version}`,
      range: sdk,
      compatible: satisfies(version, sdk),
    })),
    ...(typeof engines?.node === "string"
      ? [{ with: `Node ${node}`, range: engines.node, compatible: satisfies(node, engines.node) }]
      : []),
    ...listed(process.platform, os),
    ...listed(process.arch, cpu),
  ];
}

/** As npm reads `os` and `cpu`: names, and names that are not wanted, with a "!". */
function listed(name: string, names: unknown): readonly Compatibility[] {
  if (!Array.isArray(names) || !names.every((one) => typeof one === "string")) return [];
  const wanted = names.filter((one) => !one.startsWith("!"));
  const compatible = !names.includes(`!${name}`) && (wanted.length === 0 || wanted.includes(name));
  return [{ with: name, range: names.join(", "), compatible }];
}
