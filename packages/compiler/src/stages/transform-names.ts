/** Names of other toolchains' transforms, in canonical form, for what does the same here. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ["foldconstants", "constantfolding"],
  ["removeidentityops", "removeidentity"],
  ["removeunusednodes", "deadcode"],
  ["removeunusedtensors", "deadcode"],
  ["expandlayernorms", "expandnorms"],
]);

/** A name without case, `-`, `_`, spaces and the prefix `transform:`: RemoveIdentity, remove_identity and remove-identity are one. */
export function canonicalTransform(name: string): string {
  const plain = name
    .replace(/^transform:/i, "")
    .replaceAll(/[-_\s]/g, "")
    .toLowerCase();
  return ALIASES.get(plain) ?? plain;
}
