import { existsSync } from "node:fs";
import type { Machine } from "../resolve/machine.ts";

/** A program or library of the system that plugins may need, and where it comes from. */
export interface SystemTool {
  /** As a person writes it: `CUDA toolkit`. */
  readonly title: string;
  /** Programs, libraries or files; one of them is enough. */
  readonly programs?: readonly string[];
  readonly libraries?: readonly string[];
  readonly files?: readonly string[];
  /** Systems that it is for; default: all. */
  readonly only?: readonly NodeJS.Platform[];
  /** Where it is described and downloaded. */
  readonly url?: string;
  /** Packages by the tool that installs them: `apt` is `clang`. */
  readonly packages?: Readonly<Partial<Record<PackageTool, string>>>;
}

/** Tools that install packages, with their commands. */
const COMMANDS = {
  apt: "sudo apt install",
  dnf: "sudo dnf install",
  pacman: "sudo pacman -S",
  apk: "sudo apk add",
  brew: "brew install",
  winget: "winget install",
} as const;

type PackageTool = keyof typeof COMMANDS;

/** Those that the tools above are looked for with, where their name is another. */
const PROBES: Readonly<Record<PackageTool, string>> = {
  apt: "apt-get",
  dnf: "dnf",
  pacman: "pacman",
  apk: "apk",
  brew: "brew",
  winget: "winget",
};

const everywhere = (name: string): Readonly<Record<PackageTool, string>> => ({
  apt: name,
  dnf: name,
  pacman: name,
  apk: name,
  brew: name,
  winget: name,
});

/** What is known of tools, by the names that manifests give them. */
const TOOLS: Readonly<Record<string, SystemTool>> = {
  clang: {
    title: "clang",
    programs: ["clang"],
    url: "https://clang.llvm.org/",
    packages: { ...everywhere("clang"), brew: "llvm", winget: "LLVM.LLVM" },
  },
  gcc: { title: "gcc", programs: ["gcc"], url: "https://gcc.gnu.org/", packages: everywhere("gcc") },
  cc: {
    title: "a C compiler",
    programs: ["cc", "clang", "gcc"],
    // With the headers of the C library, which the package of the compiler alone leaves out there.
    packages: { ...everywhere("gcc"), apt: "gcc libc6-dev", apk: "gcc musl-dev", brew: "llvm", winget: "LLVM.LLVM" },
  },
  make: { title: "make", programs: ["make"], packages: everywhere("make") },
  cmake: {
    title: "CMake",
    programs: ["cmake"],
    url: "https://cmake.org/download/",
    packages: { ...everywhere("cmake"), winget: "Kitware.CMake" },
  },
  go: {
    title: "Go",
    programs: ["go"],
    url: "https://go.dev/dl/",
    packages: { apt: "golang", dnf: "golang", pacman: "go", apk: "go", brew: "go", winget: "GoLang.Go" },
  },
  rust: {
    title: "Rust",
    programs: ["cargo"],
    url: "https://rustup.rs/",
    packages: { apt: "cargo", dnf: "cargo", pacman: "rust", apk: "cargo", brew: "rust", winget: "Rustlang.Rustup" },
  },
  zig: {
    title: "Zig",
    programs: ["zig"],
    url: "https://ziglang.org/download/",
    packages: { brew: "zig", pacman: "zig", winget: "zig.zig" },
  },
  python3: {
    title: "Python 3",
    programs: ["python3"],
    url: "https://www.python.org/downloads/",
    packages: {
      apt: "python3",
      dnf: "python3",
      pacman: "python",
      apk: "python3",
      brew: "python",
      winget: "Python.Python.3.12",
    },
  },
  node: {
    title: "Node.js",
    programs: ["node"],
    url: "https://nodejs.org/",
    packages: { ...everywhere("nodejs"), brew: "node", winget: "OpenJS.NodeJS" },
  },
  openblas: {
    title: "OpenBLAS",
    libraries: ["openblas"],
    url: "https://www.openblas.net/",
    packages: {
      apt: "libopenblas-dev",
      dnf: "openblas-devel",
      pacman: "openblas",
      apk: "openblas-dev",
      brew: "openblas",
    },
  },
  cuda: {
    title: "CUDA toolkit",
    programs: ["nvcc"],
    files: ["/usr/local/cuda/bin/nvcc"],
    url: "https://developer.nvidia.com/cuda-downloads",
    packages: { apt: "nvidia-cuda-toolkit", pacman: "cuda", winget: "Nvidia.CUDA" },
  },
  cudnn: {
    title: "cuDNN",
    libraries: ["cudnn"],
    url: "https://developer.nvidia.com/cudnn-downloads",
    packages: { apt: "nvidia-cudnn", pacman: "cudnn" },
  },
  xcode: {
    title: "Xcode",
    programs: ["xcodebuild", "xcrun"],
    only: ["darwin"],
    url: "https://developer.apple.com/xcode/",
  },
  vulkan: {
    title: "Vulkan",
    libraries: ["vulkan"],
    url: "https://vulkan.lunarg.com/",
    packages: {
      apt: "libvulkan-dev",
      dnf: "vulkan-loader-devel",
      pacman: "vulkan-icd-loader",
      apk: "vulkan-loader-dev",
      brew: "vulkan-loader",
    },
  },
  opencl: {
    title: "OpenCL",
    libraries: ["OpenCL"],
    packages: { apt: "ocl-icd-opencl-dev", dnf: "ocl-icd-devel", pacman: "ocl-icd", apk: "opencl-icd-loader-dev" },
  },
};

/** Other names of the same. */
const ALIASES: Readonly<Record<string, string>> = {
  cudatoolkit: "cuda",
  python: "python3",
  golang: "go",
  cargo: "rust",
  rustc: "rust",
  nvcc: "cuda",
  nodejs: "node",
};

/** What is known of a tool by the name that a manifest gives it; one that nothing is known of is a program or library of that name. */
export function systemTool(name: string): SystemTool {
  const key = name
    .trim()
    .toLowerCase()
    .replace(/[\s_-]/g, "");
  const known = Object.entries(TOOLS).find(([id]) => id === (aliasOf(key) ?? key))?.[1];
  return known ?? { title: name, programs: [name], libraries: [name] };
}

const aliasOf = (key: string): string | undefined => Object.entries(ALIASES).find(([alias]) => alias === key)?.[1];

/** Whether the machine has it. */
export function hasTool({ programs = [], libraries = [], files = [], only }: SystemTool, machine: Machine): boolean {
  if (only !== undefined && !only.includes(process.platform)) return false;
  return (
    programs.some((name) => machine.has(name)) ||
    libraries.some((name) => machine.library(name) !== undefined) ||
    files.some((file) => existsSync(file))
  );
}

/** The ways to get it on this machine: a command, where there is one, and an address. */
export function waysToInstall({ title, packages = {}, url, only }: SystemTool, machine: Machine): readonly string[] {
  if (only !== undefined && !only.includes(process.platform)) return [`${title} is for ${only.join(" and ")} only`];
  const tool = (Object.keys(PROBES) as PackageTool[]).find(
    (one) => packages[one] !== undefined && machine.has(PROBES[one]),
  );
  return [...(tool === undefined ? [] : [`${COMMANDS[tool]} ${packages[tool]}`]), ...(url === undefined ? [] : [url])];
}
