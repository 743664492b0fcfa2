import { type ErrorSection, type HoduError, quoteInHeadline } from "@hodu/core";
import type { ListedPlugin } from "../listed-plugin.ts";
import { installAgain } from "./install-again.ts";

/** What failures to load usually mean, by what they say; the first that fits counts. */
const MEANINGS: readonly (readonly [pattern: RegExp, meaning: string])[] = [
  [
    /its folder "(?:[^"\\]|\\.)*" is not there/,
    "the folder of plugins was moved, or the setting plugins_dir was changed.",
  ],
  [
    /made for hodu-plugin-sdk|does not provide an export|is not a (?:function|constructor)|AttributeError|undefined symbol|protocol (?:version )?\d/i,
    "the plugin was built with an incompatible SDK version.",
  ],
  [
    /cannot find (?:module|package)|ERR_MODULE_NOT_FOUND|ModuleNotFoundError|ImportError|ENOENT|no such file/i,
    "a file or a package that it needs is not there.",
  ],
  [
    /EACCES|ENOEXEC|exec format|cannot execute|its program "/i,
    "its program is for another machine, or may not be executed.",
  ],
  [/as listed$/m, "it was changed and not built again."],
  [/did not (?:end|answer)|within [\d.]+ m?s|time limit/i, "it waits for something when it starts."],
];

const OTHERWISE = "the plugin has a fault.";

/** The error of a load as people are told of it: the cause, what that usually means, and the command that may mend it. */
export function loadFailure(error: HoduError, plugin: Omit<ListedPlugin, "load">): HoduError {
  if (error.code === "ABORTED") return error;
  const fix = installAgain(plugin);
  const { cause, details } = causeOf(error);
  const [, meaning = OTHERWISE] = MEANINGS.find(([pattern]) => pattern.test(error.message)) ?? [];
  return error.with({
    hint: error.hint ?? fix,
    report: {
      headline: `Failed to load plugin ${quoteInHeadline(plugin.manifest.id)}`,
      sections: [
        { title: `Cause: ${cause}`, lines: [`This usually means that ${meaning}`] },
        ...details,
        { title: "To fix:", lines: [fix] },
      ],
    },
  });
}

interface Cause {
  readonly cause: string;
  readonly details: readonly ErrorSection[];
}

/** Of a crash the error among its last words, and all of these below; else the message without what the headline says already. */
function causeOf({ message, report }: HoduError): Cause {
  const [crash] = report?.sections ?? [];
  if (crash?.title !== undefined) {
    const thrown = crash.lines?.find((line) =>
      /^\s*(?:\w*(?:Error|Exception)\b.*:|panic: |thread '.*' panicked)/.test(line),
    );
    return thrown === undefined
      ? { cause: crash.title, details: linesOnly(crash) }
      : { cause: thrown.trim(), details: [crash] };
  }
  const [first, ...others] = message.replace(/^Cannot (?:load|start) plugin "(?:[^"\\]|\\.)*": /, "").split("\n");
  return { cause: first.charAt(0).toUpperCase() + first.slice(1), details: linesOnly({ lines: others }) };
}

const linesOnly = ({ lines = [] }: ErrorSection): readonly ErrorSection[] => (lines.length === 0 ? [] : [{ lines }]);
