import { HoduError, quote } from "@hodu/core";
import type { Manifest } from "hodu-plugin-sdk";
import type { Machine } from "../resolve/machine.ts";
import { hasTool, systemTool, waysToInstall } from "./system-tools.ts";

/** A tool that a plugin names, and whether it is there. */
export interface SystemCheck {
  readonly title: string;
  readonly isThere: boolean;
  readonly isOptional: boolean;
}

/** Looks for what a plugin needs of the system; those that it can do without are looked for as well. */
export function checkSystem({ requires }: Manifest, machine: Machine): readonly SystemCheck[] {
  const check = (name: string, isOptional: boolean): SystemCheck => {
    const tool = systemTool(name);
    return { title: tool.title, isThere: hasTool(tool, machine), isOptional };
  };
  return [
    ...(requires?.system ?? []).map((name) => check(name, false)),
    ...(requires?.optionalSystem ?? []).map((name) => check(name, true)),
  ];
}

/** PLUGIN_DEPENDENCY for what is missing, with what to type for each; `retry` is the command that failed. */
export function refuseMissing(manifest: Manifest, machine: Machine, retry: string): void {
  const missing = (manifest.requires?.system ?? []).map(systemTool).filter((tool) => !hasTool(tool, machine));
  if (missing.length === 0) return;
  const titles = missing.map(({ title }) => title);
  const steps = missing.map((tool) => ({ title: `Install ${tool.title} first:`, lines: waysToInstall(tool, machine) }));
  throw new HoduError(
    "PLUGIN_DEPENDENCY",
    `Cannot install plugin ${quote(manifest.id)}: ${titles.join(" and ")} not found, expected on this machine`,
    {
      hint: retry,
      where: { plugin: manifest.id },
      report: { sections: [...steps, { title: "Then retry:", lines: [retry] }] },
    },
  );
}
