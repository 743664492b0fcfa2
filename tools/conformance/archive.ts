import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "./options.ts";

/** The program beside tar that unpacks a kind of archive, and the package of Debian, Fedora and Homebrew that has it. */
const COMPRESSIONS: readonly { readonly suffix: RegExp; readonly program?: string; readonly install?: string }[] = [
  {
    suffix: /\.(tar\.xz|txz)$/,
    program: "xz",
    install: "apt-get install xz-utils (Debian, Ubuntu), dnf install xz (Fedora) or brew install xz (macOS)",
  },
  {
    suffix: /\.(tar\.gz|tgz)$/,
    program: "gzip",
    install: "apt-get install gzip (Debian, Ubuntu) or dnf install gzip (Fedora)",
  },
  { suffix: /\.tar$/ },
];

const INSTALL_TAR = "apt-get install tar (Debian, Ubuntu) or dnf install tar (Fedora)";

export const isArchive = (path: string): boolean => COMPRESSIONS.some(({ suffix }) => suffix.test(path));

/** Unpacks an archive into a temporary folder, which goes when the process ends. Throws UsageError, with what to install. */
export function unpack(path: string): string {
  const { program, install } = COMPRESSIONS.find(({ suffix }) => suffix.test(path))!;
  if (!isInstalled("tar")) throw new UsageError(`Cannot unpack "${path}": there is no tar; install it: ${INSTALL_TAR}`);
  if (program !== undefined && !isInstalled(program)) {
    throw new UsageError(`Cannot unpack "${path}": there is no ${program}; install it: ${install}`);
  }
  const folder = mkdtempSync(join(tmpdir(), "hodu-conformance-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => process.exit(signal === "SIGINT" ? 130 : 143));
  const decompress = program === undefined ? [] : [`--use-compress-program=${program}`];
  const { status, stderr } = spawnSync("tar", [...decompress, "-xf", path, "-C", folder], {
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (status !== 0) throw new UsageError(`Cannot unpack "${path}": ${stderr.trim().split("\n")[0]}`);
  return folder;
}

const isInstalled = (program: string): boolean =>
  spawnSync(program, ["--version"], { stdio: "ignore" }).error === undefined;
