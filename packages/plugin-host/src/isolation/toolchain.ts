import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";
import { pathToFileURL } from "node:url";
import { cargoHome, programFolder } from "./code-folders.ts";

/** Variables of a build. */
type Variables = Readonly<Record<string, string | undefined>>;

/** What a build in a sandbox finds of the compilers of this machine. */
export interface Toolchain {
  /** Folders that it reads, beside those of the system. */
  readonly folders: readonly string[];
  /** Variables that point to them, and to places below `home` for what is written. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The programs on PATH, with what Go and Rust keep of their own in the user's home folder. `home`: the empty one of the build. */
export function toolchainOf(variables: Variables, home: string): Toolchain {
  const onPath = (variables.PATH ?? "").split(delimiter).filter((folder) => isAbsolute(folder) && existsSync(folder));
  const [go, rust] = [goOf(variables, home), rustOf(variables)];
  return {
    folders: [...onPath.flatMap(programFolder), ...go.folders, ...rust.folders],
    environment: { ...go.environment, ...rust.environment },
  };
}

/** Go reads what it compiled and downloaded before, and writes elsewhere: what it has there is not this build's to change. */
function goOf({ GOCACHE, GOFLAGS = "", GOMODCACHE, GOPATH, GOPROXY, GOROOT }: Variables, home: string): Toolchain {
  const own = GOPATH?.split(delimiter)[0] ?? join(homedir(), "go");
  const compiled = GOCACHE ?? join(homedir(), ".cache/go-build");
  const downloads = join(GOMODCACHE ?? join(own, "pkg/mod"), "cache/download");
  // Go makes the folders 00 to ff before it keeps anything, and fails where it cannot.
  const hasCompiled = existsSync(join(compiled, "ff"));
  const hasDownloads = existsSync(downloads);
  const others = GOPROXY ?? "https://proxy.golang.org,direct";
  return {
    folders: [
      ...(hasCompiled ? [compiled] : []),
      ...(hasDownloads ? [downloads] : []),
      ...(GOROOT === undefined ? [] : [GOROOT]),
    ],
    environment: {
      GOCACHE: hasCompiled ? compiled : join(home, "go-build"),
      GOPATH: join(home, "go"),
      GOMODCACHE: join(home, "go/pkg/mod"),
      // What it unpacks is removed after the build.
      GOFLAGS: `${GOFLAGS} -modcacherw`.trim(),
      ...(hasDownloads && { GOPROXY: `${pathToFileURL(downloads).href},${others}` }),
    },
  };
}

/** Rust's compilers, and the packages that its user has downloaded. */
function rustOf({ RUSTUP_HOME, CARGO_HOME }: Variables): Toolchain {
  const rustup = RUSTUP_HOME ?? join(homedir(), ".rustup");
  const cargo = cargoHome(CARGO_HOME);
  const folders = [rustup, join(cargo, "registry"), join(cargo, "git")].filter((folder) => existsSync(folder));
  return { folders, environment: { RUSTUP_HOME: rustup, CARGO_HOME: cargo } };
}
