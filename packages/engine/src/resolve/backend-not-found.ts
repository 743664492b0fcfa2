import { closestName, type ErrorSection, HoduError, quote, quoteInHeadline } from "@hodu/core";
import { manifest as interp } from "../interp/manifest.ts";
import { deviceKind } from "./devices.ts";
import type { BackendOffer, BackendRequest } from "./resolve-backend.ts";

/** BACKEND_NOT_FOUND for a request that none of `runners` can serve: how one would be had, `off` if that is disabled, and which there are. */
export function backendNotFound(
  { device, backend }: BackendRequest,
  runners: readonly BackendOffer[],
  off: BackendOffer | undefined,
): HoduError {
  const wanted = backend ?? deviceKind(device);
  const message =
    backend === undefined
      ? `Cannot run on device ${quote(device)}: no backend for it is installed`
      : `Cannot use backend ${quote(backend)}: it is not installed`;
  const remedy = off === undefined ? toInstall(wanted) : toEnable(off);
  return new HoduError("BACKEND_NOT_FOUND", message, {
    hint: hintFor(wanted, runners),
    report: {
      headline: `Backend ${quoteInHeadline(wanted)} not found`,
      sections: [...remedy, { title: "Available backends:", lines: runners.map(describeOffer) }],
    },
  });
}

/** What would install a plugin; nothing for what cannot be a name of one. */
function toInstall(name: string): readonly ErrorSection[] {
  if (!/^[a-z0-9][a-z0-9._-]{0,100}$/i.test(name)) return [];
  const command = `hodu plugin install ${name}`;
  return [{ title: "To install:", lines: [`${command} --path FOLDER`, `${command} --offline FILE.tgz`] }];
}

function toEnable({ plugin }: BackendOffer): readonly ErrorSection[] {
  const { id, version } = plugin.manifest;
  return [{ title: `It is disabled (${id} ${version}). To enable:`, lines: [`hodu plugin enable ${id}`] }];
}

function describeOffer({ plugin: { manifest }, component }: BackendOffer): string {
  const origin = manifest.id === interp.id ? "builtin" : `${manifest.id} ${manifest.version}`;
  return `${component.name} (${origin}) on ${component.devices.join(", ")}`;
}

/** The backend that was probably meant, or the first that there is. */
function hintFor(wanted: string, runners: readonly BackendOffer[]): string | undefined {
  const near = closestName(
    wanted,
    runners.map(({ component }) => component.name),
  );
  const found = runners.find(({ component }) => component.name === near) ?? runners[0];
  return found && `hodu run model.onnx --backend ${found.component.name} --device ${found.component.devices[0]}`;
}
