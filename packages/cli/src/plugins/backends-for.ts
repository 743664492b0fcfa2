import { type ErrorSection, HoduError } from "@hodu/core";
import { type BackendOffer, type BackendRequest, candidateBackends } from "@hodu/engine";
import type { ListedPlugin, PluginCatalog } from "@hodu/plugin-host";
import type { FormatComponent } from "hodu-plugin-sdk";
import type { Offer } from "../run/open-for-run.ts";
import { pluginLabel } from "./plugin-label.ts";

/**
 * The backends that could run a model, the most wanted first. Throws as `candidateBackends`; where there is none, the error also says which
 * formats read the model's file: who sets a machine up needs both.
 */
export function backendsFor(
  catalog: PluginCatalog,
  request: BackendRequest,
  file: string,
): readonly [Offer, ...Offer[]] {
  try {
    return candidateBackends(catalog.backends, { ...request, disabled: catalog.disabled.flatMap(offersOf) });
  } catch (error) {
    if (!(error instanceof HoduError) || error.report === undefined) throw error;
    const { report } = error;
    throw error.with({ report: { ...report, sections: [...report.sections, ...formatSections(catalog, file)] } });
  }
}

const offersOf = (plugin: ListedPlugin): readonly BackendOffer[] =>
  plugin.manifest.components.flatMap((component) => (component.kind === "backend" ? [{ plugin, component }] : []));

/** Which formats read models of the file's extension, and how one would be had where none does. */
function formatSections(catalog: PluginCatalog, file: string): readonly ErrorSection[] {
  const extension = /\.[a-z0-9]+$/i.exec(file)?.[0].toLowerCase();
  if (extension === undefined) return [];
  const there = catalog.formats.filter(({ component }) => reads(component, extension));
  const names = there.map(({ plugin, component }) => `${component.name} (${pluginLabel(plugin)})`);
  const list = {
    title: `Available format plugins for ${extension}:`,
    lines: names.length > 0 ? names : ["(none installed)"],
  };
  return there.length > 0 ? [list] : [list, remedy(catalog, extension)];
}

function remedy({ disabled }: PluginCatalog, extension: string): ErrorSection {
  const name = extension.slice(1);
  const off = disabled.find(({ manifest }) =>
    manifest.components.some((component) => component.kind === "format" && reads(component, extension)),
  );
  if (off !== undefined) {
    return { title: `To enable ${name.toUpperCase()} support:`, lines: [`hodu plugin enable ${off.manifest.id}`] };
  }
  const command = `hodu plugin install ${name}`;
  return {
    title: `To install ${name.toUpperCase()} support:`,
    lines: [`${command} --path FOLDER`, `${command} --offline FILE.tgz`],
  };
}

const reads = ({ capabilities, modelExtensions }: FormatComponent, extension: string): boolean =>
  capabilities.includes("load_model") && modelExtensions.some((one) => one.endsWith(extension));
