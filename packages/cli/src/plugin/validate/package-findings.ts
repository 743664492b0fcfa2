import { existsSync } from "node:fs";
import { join } from "node:path";
import { declaredBuild, packageEntry, readPackage, readPackageJson, satisfies } from "@hodu/plugin-host/develop";
import { type Manifest, SDK_VERSION } from "hodu-plugin-sdk";

/** Something about a plugin's package that must not be so, or should not. */
interface PackageFinding {
  readonly file: string;
  /** `hodu.components[0].kind`; "" for the file itself. */
  readonly field: string;
  readonly problem: string;
  readonly isWarning: boolean;
}

/** What is found of a package. */
export interface PackageFindings {
  /** Undefined where it breaks a rule. */
  readonly manifest: Manifest | undefined;
  readonly findings: readonly PackageFinding[];
}

interface NpmMembers {
  readonly keywords?: unknown;
  readonly scripts?: unknown;
  readonly bugs?: unknown;
  readonly files?: unknown;
}

/** Everything that is wrong with the package in a folder, at once. Throws MISSING_INPUT, BAD_PLUGIN (no JSON), IO. */
export function packageFindings(folder: string): PackageFindings {
  const found = readPackageJson(folder);
  const { manifest, findings: broken } = readPackage(found);
  const rules = broken.map(({ field, problem }) => error("package.json", field, problem));
  if (manifest === undefined) return { manifest, findings: rules };
  return { manifest, findings: [...filesMissing(folder, manifest, found), ...advice(folder, manifest, Object(found))] };
}

const error = (file: string, field: string, problem: string): PackageFinding => ({
  file,
  field,
  problem,
  isWarning: false,
});
const warning = (file: string, field: string, problem: string): PackageFinding => ({
  file,
  field,
  problem,
  isWarning: true,
});

/** What a plugin says that it is loaded from, and is not there though nothing makes it. */
function filesMissing(folder: string, manifest: Manifest, found: unknown): readonly PackageFinding[] {
  if (declaredBuild(manifest, folder) !== undefined) return [];
  const { program } = manifest;
  if (program === undefined) return entryMissing(folder, found);
  const { command, arguments: given = [] } = program;
  const scripts = given.filter((word) => /^[^-].*\.(?:py|js|mjs|cjs|sh|rb|jl)$/.test(word));
  return [
    ...(command.includes("/") && !existsSync(join(folder, command))
      ? [error(command, "hodu.program.command", "there is no such file, and no hodu.program.build that makes it")]
      : []),
    ...scripts
      .filter((script) => !existsSync(join(folder, script)))
      .map((script) => error(script, "hodu.program.arguments", "there is no such file")),
  ];
}

function entryMissing(folder: string, found: unknown): readonly PackageFinding[] {
  try {
    packageEntry(folder, found);
    return [];
  } catch (cause) {
    return [error("package.json", "exports", cause instanceof Error ? cause.message : String(cause))];
  }
}

/** What makes a plugin easier to find and to use. */
function advice(folder: string, manifest: Manifest, npm: NpmMembers): readonly PackageFinding[] {
  const { id, sdk, bugs, components } = manifest;
  const keywords: readonly unknown[] = Array.isArray(npm.keywords) ? npm.keywords : [];
  const hooks = ["preinstall", "install", "postinstall"].filter((name) => Object.hasOwn(Object(npm.scripts), name));
  const prefixes = [...new Set(components.map(({ kind }) => `hodu-${kind}-`))];
  const isNamed = prefixes.some((prefix) => id.replace(/^@[^/]*\//, "").startsWith(prefix));
  return [
    ...unless(isNamed, "package.json", "name", `found ${id}, expected ${prefixes.join("... or ")}...`),
    ...unless(satisfies(SDK_VERSION, sdk), "package.json", "peerDependencies", `${sdk} is not for ${SDK_VERSION}`),
    ...unless(keywords.includes("hodu-plugin"), "package.json", "keywords", 'without "hodu-plugin" it is not found'),
    ...unless(
      bugs !== undefined || npm.bugs !== undefined,
      "package.json",
      "bugs",
      "without it users do not know where to report a crash",
    ),
    ...unless(npm.files !== undefined, "package.json", "files", "without it npm packs all that is in the folder"),
    ...hooks.map((name) => warning("package.json", `scripts.${name}`, "installing a plugin runs no scripts")),
    ...unless(existsSync(join(folder, "README.md")), "README.md", "", "there is none"),
  ];
}

const unless = (holds: boolean, file: string, field: string, problem: string): readonly PackageFinding[] =>
  holds ? [] : [warning(file, field, problem)];
