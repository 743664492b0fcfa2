import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The terms of the packages of others that are in a bundle, by the `inputs` of its metafile: their licenses ask for it. */
export function bundledLicenses(inputs) {
  return bundledPackages(inputs).map(licenseOf).join("\n\n");
}

/** Folders of the packages of others that are in a bundle. */
function bundledPackages(inputs) {
  const folders = Object.keys(inputs).map((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]);
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort();
}

/** Name, version and terms of a package, as its license asks for. */
function licenseOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const terms = file === undefined ? "" : `\n\n${readFileSync(join(folder, file), "utf8").trim()}`;
  return `${name} ${version} (${license})${terms}\n`;
}
