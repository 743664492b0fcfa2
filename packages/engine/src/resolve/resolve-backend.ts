import { HoduError, quote } from "@hodu/core";
import type { BackendComponent, Manifest } from "hodu-plugin-sdk";
import { backendNotFound } from "./backend-not-found.ts";
import { deviceKind } from "./devices.ts";

/** A backend that can be had: what it is, and the plugin that offers it. */
export interface BackendOffer {
  readonly plugin: { readonly manifest: Manifest };
  readonly component: BackendComponent;
}

/** What a user asks for. */
export interface BackendRequest {
  /** Canonical. */
  readonly device: string;
  /** Short or full name; undefined: the first of `priority` that runs on the device. */
  readonly backend?: string;
  /** Short or full names. Default: DEFAULT_PRIORITY. */
  readonly priority?: readonly string[];
  /** Default: native. */
  readonly precision?: "native" | "f64";
  /** Backends that are there and not to be used, for the error that one of them is missing. */
  readonly disabled?: readonly BackendOffer[];
}

/** Short names of backends, the most wanted first. */
export const DEFAULT_PRIORITY: readonly string[] = ["cuda", "metal", "cpu", "wasm", "interp"];

/** The built-in backend, tried after all that the priority names. */
const LAST_RESORT = "interp";

/** The backend for a request that comes first. Throws BACKEND_NOT_FOUND, with what there is; BAD_USAGE when a name could be several. */
export function resolveBackend<Offer extends BackendOffer>(offers: readonly Offer[], request: BackendRequest): Offer {
  return candidateBackends(offers, request)[0];
}

/**
 * The backends that could serve a request, the most wanted first, at least one; the one alone that was asked for by name. Where none of the
 * priority runs on the device, as on one that a plugin brings, those that do. In double only the interpreter computes. Throws as
 * `resolveBackend`.
 */
export function candidateBackends<Offer extends BackendOffer>(
  offers: readonly Offer[],
  request: BackendRequest,
): readonly [Offer, ...Offer[]] {
  const runners = offers.filter(canRun);
  if (request.backend !== undefined) return [byName(runners, request.backend, request)];
  const able = runners.filter((offer) => runsOn(offer, request.device));
  const names = request.precision === "f64" ? [] : (request.priority ?? DEFAULT_PRIORITY);
  const named = new Set([...names, LAST_RESORT].flatMap((name) => oneNamed(able, name) ?? []));
  const [first, ...others] = named.size > 0 || request.precision === "f64" ? named : able;
  if (first !== undefined) return [first, ...others];
  throw backendNotFound(request, runners, disabledFor(request));
}

function byName<Offer extends BackendOffer>(runners: readonly Offer[], name: string, request: BackendRequest): Offer {
  const { device } = request;
  const found = oneNamed(runners, name);
  if (found === undefined) throw backendNotFound(request, runners, disabledFor(request));
  if (runsOn(found, device)) return found;
  const devices = found.component.devices.join(", ");
  throw new HoduError(
    "BACKEND_NOT_FOUND",
    `Cannot use backend ${quote(name)} on device ${quote(device)}: it runs on ${devices} only`,
    { hint: `hodu run model.onnx --backend ${found.component.name} --device ${found.component.devices[0]}` },
  );
}

function oneNamed<Offer extends BackendOffer>(offers: readonly Offer[], name: string): Offer | undefined {
  const found = offers.filter((offer) => isNamed(offer, name));
  if (found.length <= 1) return found[0];
  const candidates = found.map(({ plugin, component }) => `${component.name} (${plugin.manifest.id})`);
  throw new HoduError("BAD_USAGE", `Cannot use backend ${quote(name)}: it could be ${candidates.join(" or ")}`, {
    hint: `hodu run model.onnx --backend ${found[0].plugin.manifest.id}`,
  });
}

/** One that would serve if it were not disabled. */
function disabledFor({ backend, device, disabled = [] }: BackendRequest): BackendOffer | undefined {
  const serves = (offer: BackendOffer): boolean =>
    backend === undefined ? runsOn(offer, device) : isNamed(offer, backend);
  return disabled.filter(canRun).find(serves);
}

const canRun = ({ component }: BackendOffer): boolean => component.capabilities.includes("run");

function isNamed({ plugin, component }: BackendOffer, name: string): boolean {
  const wanted = name.trim().toLowerCase();
  return [plugin.manifest.id, component.name].some((own) => own.toLowerCase() === wanted);
}

function runsOn({ component }: BackendOffer, device: string): boolean {
  return component.devices.includes(device) || component.devices.includes(deviceKind(device));
}
