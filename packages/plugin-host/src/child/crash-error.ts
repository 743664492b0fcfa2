import { type ErrorReport, type ErrorSection, HoduError, quote, quoteInHeadline } from "@hodu/core";
import type { Manifest } from "hodu-plugin-sdk";
import type { OutputLog } from "./output-log.ts";
import type { Exit } from "./plugin-process.ts";

/** Of a plugin, what the message of its crash tells. */
export type CrashedPlugin = Pick<Manifest, "id" | "author" | "bugs">;

/** PLUGIN_CRASH for a process that ended while `what` was under way: how, what it printed last, and where to report it. */
export function crashError(plugin: CrashedPlugin, what: string, exit: Exit, log: OutputLog): HoduError {
  const { id } = plugin;
  const lines = log.lastLines();
  const lastWords = lines.length === 0 ? "" : `. It last printed:\n${lines.map((line) => `  ${line}`).join("\n")}`;
  const found = `the process of plugin ${quote(id)} ${describeExit(exit)}`;
  return new HoduError("PLUGIN_CRASH", `Cannot ${what}: ${found}, expected an answer${lastWords}`, {
    where: { plugin: id },
    ...(log.file !== undefined && { hint: `cat ${log.file}` }),
    cause: exit.failure,
    report: reportOf(plugin, what, exit, lines),
  });
}

function describeExit({ code, signal, failure }: Exit): string {
  if (failure !== undefined) return `could not be started (${failure.message})`;
  return signal === null ? `ended with exit code ${code}` : `was ended by signal ${signal}`;
}

function reportOf(plugin: CrashedPlugin, what: string, exit: Exit, lines: readonly string[]): ErrorReport {
  const how = { title: `Its process ${describeExit(exit)} when it was to ${what}.`, lines };
  const sections = exit.failure === undefined ? [how, whereToReport(plugin)] : [how];
  return { headline: `Plugin ${quoteInHeadline(plugin.id)} crashed`, sections };
}

function whereToReport({ bugs, author }: CrashedPlugin): ErrorSection {
  const bug = "This is likely a bug in the plugin.";
  const place = bugs ?? author;
  return place === "" ? { title: bug } : { title: `${bug} Please report it to:`, lines: [place] };
}
