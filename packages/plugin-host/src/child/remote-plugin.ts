import {
  type Component,
  COMPONENT_TABLES,
  type ComponentKind,
  type Manifest,
  type Plugin,
  type PluginLife,
  type TransformComponent,
  type TransformInfo,
} from "hodu-plugin-sdk";
import type { LifeMember } from "hodu-plugin-sdk/protocol";
import type { ChildPlugin } from "./child-plugin.ts";
import { remoteBackend } from "./remote-backend.ts";
import { remoteFormat } from "./remote-format.ts";
import { remoteKernel, remoteKernelBackend, remoteOperator, remoteTransform } from "./remote-graph-parts.ts";

type ComponentOf<Kind extends ComponentKind> = Extract<Component, { readonly kind: Kind }>;

/** What makes a component of each kind whose calls go to a process; undefined: it has none. */
type Makers = {
  readonly [Kind in ComponentKind]: ((component: ComponentOf<Kind>) => object) | undefined;
};

/** A plugin whose calls go to its process. `timeout` in milliseconds bounds the calls that do work. */
export function remotePlugin(
  manifest: Manifest,
  child: ChildPlugin,
  life: readonly LifeMember[],
  timeout: number | undefined,
): Plugin {
  const info = (component: Pick<TransformComponent, "name" | "stage" | "requires">): TransformInfo => ({
    type: "transform",
    name: component.name,
    stage: component.stage,
    version: manifest.version,
    requires: component.requires ?? [],
  });
  const makers: Makers = {
    format: (component) => remoteFormat(component, child, timeout),
    backend: (component) => remoteBackend(component, child, timeout),
    transform: (component) => remoteTransform("transform.apply", info(component), child, timeout),
    "hw-transform": (component) => remoteTransform("hwTransform.apply", info(component), child, timeout),
    operator: ({ name }) => remoteOperator(name, child, timeout),
    kernel: ({ name }) => remoteKernel(name, child),
    "kernel-backend": ({ name }) => remoteKernelBackend(name, child, timeout),
    extension: undefined,
    runtime: undefined,
    adapter: undefined,
  };
  return { ...tablesOf(manifest, makers), ...remoteLife(child, life) };
}

function tablesOf({ components }: Manifest, makers: Makers): Plugin {
  const tables = Object.entries(COMPONENT_TABLES).flatMap(([kind, table]) => {
    const make = makers[kind as ComponentKind] as ((component: Component) => object) | undefined;
    const own = components.filter((component) => component.kind === kind);
    if (table === undefined || make === undefined || own.length === 0) return [];
    return [[table, Object.fromEntries(own.map((component) => [component.name, make(component)]))]];
  });
  return Object.fromEntries(tables) as Plugin;
}

/** A process with a life is told of it; one with none is asked for nothing. */
function remoteLife(child: ChildPlugin, life: readonly LifeMember[]): PluginLife {
  if (life.length === 0) return {};
  return {
    onLoad: (context) => child.life.load(context),
    onUnload: () => child.life.unload(),
    ...(life.includes("onEvent") && {
      async onEvent(event) {
        await child.life.deliver(event);
      },
    }),
  };
}
