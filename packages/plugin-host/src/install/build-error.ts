import { HoduError, quote } from "@hodu/core";
import { type Manifest, SDK_VERSION } from "hodu-plugin-sdk";
import type { Machine } from "../resolve/machine.ts";
import { MAX_LINE, MAX_SHOWN_LINES } from "./limits.ts";
import { hasTool, systemTool, waysToInstall } from "./system-tools.ts";

/** What an error of a build says. */
export interface FailedBuild {
  readonly manifest: Manifest;
  /** `exit code 2`. */
  readonly failure: string;
  readonly output: string;
  readonly logFile: string;
  /** The command that failed. */
  readonly retry: string;
}

/** A likely reason, and what helps. */
interface Cause {
  readonly cause: string;
  readonly fix: string;
}

/** What builds print when something well known is missing. */
const SIGNS: readonly { readonly pattern: RegExp; readonly explain: (name: string) => Cause }[] = [
  {
    pattern: /TS5083|TS6053|TS5058/,
    explain: () => ({
      cause: "Its tsconfig.json needs a file that is not in its folder",
      fix: "Let tsconfig.json stand for itself: no extends, references or files from elsewhere",
    }),
  },
  {
    pattern: /TS2688|TS2591|TS2580|Cannot find (?:name|module) '(?:process|Buffer|node:[\w/]+)'/,
    explain: () => ({
      cause: "Missing types of Node",
      fix: "Install them beside the plugin: npm install --save-dev @types/node",
    }),
  },
  {
    pattern: /TS2307: Cannot find module '((?:@[\w.-]+\/)?[\w.-]+)/,
    explain: (name) => ({
      cause: `Missing package: ${name}`,
      fix: `Install it beside the plugin: npm install ${name}`,
    }),
  },
  {
    pattern: /fatal error: '?([\w./-]+\.h(?:pp)?)'?:? (?:file not found|No such file)/,
    explain: (name) => ({ cause: `Missing header: ${name}`, fix: "Install the development package that has it" }),
  },
  {
    pattern: /cannot find -l([\w.+-]+)|library not found for -l([\w.+-]+)/,
    explain: (name) => ({ cause: `Missing library: ${name}`, fix: "Install the development package that has it" }),
  },
  {
    pattern: /dial tcp|no required module provides package|missing go\.sum entry|cannot find module providing/,
    explain: () => ({ cause: "Go wants modules that are not here", fix: "Keep them with the plugin: go mod vendor" }),
  },
];

/** PLUGIN_BUILD in the form that users know: what the compiler said, likely causes, what to do, and the log. */
export function buildError(build: FailedBuild, machine: Machine): HoduError {
  const { manifest, failure, output, logFile, retry } = build;
  if (/ENOSPC|No space left on device/i.test(output)) return diskFull(build);
  const causes = causesOf(build, machine);
  const fixes = [...causes.map(({ fix }) => fix), `Retry: ${retry}`];
  const message = `Cannot build plugin ${quote(manifest.id)}: its build ended with ${failure}, expected a success`;
  return new HoduError("PLUGIN_BUILD", message, {
    hint: retry,
    where: { plugin: manifest.id },
    report: {
      sections: [
        { title: "Build failed!" },
        { lines: linesOf(output) },
        { title: "Possible causes:", lines: causes.map(({ cause }) => `- ${cause}`) },
        { title: "To fix:", lines: fixes.map((fix, i) => `${i + 1}. ${fix}`) },
        { title: `Build log: ${logFile}` },
      ],
    },
  });
}

function diskFull({ manifest, logFile }: FailedBuild): HoduError {
  const message = `Cannot build plugin ${quote(manifest.id)}: the disk is full, expected room for what is built`;
  return new HoduError("IO", message, { hint: "df -h", where: { plugin: manifest.id, file: logFile } });
}

function causesOf({ manifest, output, failure }: FailedBuild, machine: Machine): readonly Cause[] {
  const signs = SIGNS.flatMap(({ pattern, explain }) => {
    const match = pattern.exec(`${output}\n${failure}`);
    return match === null ? [] : [explain(match.slice(1).find((group) => group !== undefined) ?? "")];
  });
  // What TypeScript finds wrong has to do with no tool of the system.
  const tools = /\berror TS\d/.test(output) ? [] : (manifest.requires?.optionalSystem ?? []);
  const missing = tools
    .map(systemTool)
    .filter((tool) => !hasTool(tool, machine))
    .map((tool) => ({
      cause: `Missing system dependency: ${tool.title}`,
      fix: `Install ${tool.title}: ${waysToInstall(tool, machine).join(" or ")}`,
    }));
  const found = [...signs, ...missing];
  if (found.length > 0) return found;
  return [
    {
      cause: `Its sources are not for hodu-plugin-sdk ${SDK_VERSION} (it says ${manifest.sdk}), or have a fault`,
      fix: "Correct what the compiler found, or take another version of the plugin",
    },
  ];
}

function linesOf(output: string): readonly string[] {
  const lines = output
    .trim()
    .split("\n")
    .map((line) => line.trimEnd().slice(0, MAX_LINE));
  const shown = lines.slice(0, MAX_SHOWN_LINES);
  if (lines.length > shown.length) shown.push(`... and ${lines.length - shown.length} more lines`);
  return shown;
}
