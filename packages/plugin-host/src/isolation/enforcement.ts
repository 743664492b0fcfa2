import type { Guards } from "./guards.ts";

/** What a plugin may ask for, as the prompt and the flags speak of it. */
export const CAPABILITIES = ["read", "write", "network", "childProcesses", "native", "environment"] as const;
export type Capability = (typeof CAPABILITIES)[number];

/** How a plugin's process is made: Node with a module of it, or a program of its own. */
export type PluginForm = "module" | "program";

/** What holds a process to what it was granted; undefined: nothing does. */
export type Enforcer = "namespaces" | "node" | "environment" | undefined;

/** What holds a process of a form to each capability, on a machine with some guards, once native code was granted or not. */
export type Enforcement = Readonly<Record<Capability, Enforcer>>;

interface Ways {
  /** Whether namespaces hold any process to it. */
  readonly namespaces: boolean;
  /** Whether Node's flags hold a module to it, which native code in it does not heed. */
  readonly node: (guards: NonNullable<Guards["node"]>) => boolean;
}

const WAYS: Readonly<Record<Exclude<Capability, "environment">, Ways>> = {
  read: { namespaces: true, node: () => true },
  write: { namespaces: true, node: () => true },
  network: { namespaces: true, node: ({ network }) => network },
  childProcesses: { namespaces: false, node: () => true },
  native: { namespaces: false, node: () => true },
};

/** Both the flags of a process and the text of the prompt are made from this. */
export function enforcementOf(form: PluginForm, guards: Guards, isNative: boolean): Enforcement {
  const { node } = form === "module" ? guards : { node: undefined };
  const enforcer = (ways: Ways): Enforcer => {
    if (ways.namespaces && guards.namespaces) return "namespaces";
    return node !== undefined && ways.node(node) && !isNative ? "node" : undefined;
  };
  const read = enforcer(WAYS.read);
  return {
    read,
    write: enforcer(WAYS.write),
    network: enforcer(WAYS.network),
    childProcesses: enforcer(WAYS.childProcesses),
    native: enforcer(WAYS.native),
    // What a process is not given it still finds in the files that tell of its host.
    environment: read === undefined ? undefined : "environment",
  };
}
