import { quote } from "@hodu/core";
import type {
  HwTransformPlugin,
  KernelBackendPlugin,
  KernelPlugin,
  KnownPlugin,
  Manifest,
  OperatorPlugin,
  Plugin,
  PluginLife,
  TransformPlugin,
} from "hodu-plugin-sdk";
import { guardBackend } from "./guard/guard-backend.ts";
import { guard } from "./guard/guard-call.ts";
import { guardFormat } from "./guard/guard-format.ts";

/**
 * The plugin with calls that reject with HoduErrors only, each with `where.plugin`, and sessions that refuse to run once disposed of:
 * the same whether it runs in this process or in one of its own.
 */
export function guardPlugin(plugin: Plugin, manifest: Manifest): KnownPlugin {
  const { formats, backends, transforms, operators, kernels, kernelBackends, hwTransforms } = plugin;
  const each = <T>(
    table: Readonly<Record<string, T>> | undefined,
    guarded: (one: T, name: string, manifest: Manifest) => T,
  ): Record<string, T> | undefined =>
    table &&
    Object.fromEntries(Object.entries(table).map(([name, one]) => [name, guarded(one, name, manifest)] as const));
  const tables = {
    formats: each(formats, (format) => guardFormat(format, manifest)),
    backends: each(backends, guardBackend),
    transforms: each(transforms, guardTransform),
    operators: each(operators, guardOperator),
    kernels: each(kernels, guardKernel),
    kernelBackends: each(kernelBackends, guardKernelBackend),
    hwTransforms: each(hwTransforms, guardTransform),
  };
  const present = Object.entries(tables).filter(([, table]) => table !== undefined);
  return { manifest, ...Object.fromEntries(present), ...guardLife(plugin, manifest) };
}

function guardTransform<T extends TransformPlugin | HwTransformPlugin>(
  transform: T,
  name: string,
  manifest: Manifest,
): T {
  return {
    ...transform,
    info: transform.info,
    apply: (snapshot, config, context) =>
      guard(manifest, `apply transform ${quote(name)}`, context, () => transform.apply(snapshot, config, context)),
  };
}

function guardOperator(operator: OperatorPlugin, name: string, manifest: Manifest): OperatorPlugin {
  return {
    infer: (node, inputs) =>
      guard(manifest, `infer the types of node ${quote(node.name)}`, undefined, () => operator.infer(node, inputs)),
    ...(operator.lower && {
      lower: (snapshot, context) =>
        guard(manifest, `lower the operators of ${quote(name)}`, context, () => operator.lower!(snapshot, context)),
    }),
    ...(operator.run && {
      run: (node, inputs, context) =>
        guard(manifest, `run node ${quote(node.name)} (${node.op})`, context, () =>
          operator.run!(node, inputs, context),
        ),
    }),
    ...(operator.samples && {
      samples: () => guard(manifest, `ask ${quote(name)} for samples`, undefined, () => operator.samples!()),
    }),
  };
}

function guardKernel(kernel: KernelPlugin, name: string, manifest: Manifest): KernelPlugin {
  const asked = `ask kernel ${quote(name)}`;
  return {
    matches: (node, snapshot) =>
      guard(manifest, `${asked} about node ${quote(node.name)}`, undefined, () => kernel.matches(node, snapshot)),
    parameters: (node, snapshot) =>
      guard(manifest, `${asked} for its parameters`, undefined, () => kernel.parameters(node, snapshot)),
  };
}

function guardKernelBackend(backend: KernelBackendPlugin, _name: string, manifest: Manifest): KernelBackendPlugin {
  return {
    generate: (node, parameters, context) =>
      guard(manifest, `generate node ${quote(node.name)}`, context, () => backend.generate(node, parameters, context)),
  };
}

function guardLife(plugin: PluginLife, manifest: Manifest): PluginLife {
  const call = (what: string, work: () => void | Promise<void>): Promise<void> =>
    guard(manifest, `${what} plugin ${quote(manifest.id)}`, undefined, async () => work());
  return {
    ...(plugin.onLoad && { onLoad: (context) => call("load", () => plugin.onLoad!(context)) }),
    ...(plugin.onUnload && { onUnload: (context) => call("unload", () => plugin.onUnload!(context)) }),
    ...(plugin.onEvent && {
      onEvent: (event, context) => call("tell an event to", () => plugin.onEvent!(event, context)),
    }),
  };
}
