import { HoduError, quote } from "@hodu/core";

/** Devices of which a machine may have several: without a number the first is meant. */
const NUMBERED: ReadonlySet<string> = new Set(["cuda"]);

/** The canonical name of a device: `cuda:0` for `cuda` and `cuda::0`, `cpu` for `CPU` and `cpu:0`. Throws BAD_USAGE. */
export function canonicalDevice(name: string): string {
  const match = /^([a-z][a-z0-9_-]*)(?:::?(\d{1,4}))?$/.exec(name.trim().toLowerCase());
  if (match === null) {
    throw new HoduError("BAD_USAGE", `Cannot use device ${quote(name)}: expected a name such as cpu or cuda:0`, {
      hint: "hodu run model.onnx --device cpu",
    });
  }
  const [, kind, index] = match;
  const number = Number(index ?? 0);
  return number > 0 || NUMBERED.has(kind) ? `${kind}:${number}` : kind;
}

/** The kind of a device: `cuda` for `cuda:0`. */
export function deviceKind(device: string): string {
  return device.split(":")[0];
}
