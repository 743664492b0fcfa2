import type { Manifest, Permissions } from "hodu-plugin-sdk";
import { type Capability, CAPABILITIES, type Enforcer, enforcementOf } from "./enforcement.ts";
import type { Guards } from "./guards.ts";

/** What a plugin asks for, and then what holds it to that on a machine with these guards and what does not, line by line. */
export function describePermissions(
  { permissions = {}, program }: Pick<Manifest, "permissions" | "program">,
  guards: Guards,
): readonly string[] {
  const asked = requestsOf(permissions);
  const enforcement = enforcementOf(program === undefined ? "module" : "program", guards, permissions.native === true);
  const held = CAPABILITIES.flatMap((capability) => {
    const enforcer = enforcement[capability];
    if (enforcer === undefined) return [];
    const limits = enforcer === "node" ? (NODE_LIMITS[capability] ?? "") : "";
    return [`${NAMES[capability]}: ${RULES[capability]} (${WORDS[enforcer]}${limits})`];
  });
  const free = CAPABILITIES.filter((capability) => enforcement[capability] === undefined).map(
    (capability) => `${NAMES[capability]}: not enforced, ${freedom(capability, guards)}`,
  );
  return [
    ...(asked.length === 0 ? ["It asks for no permissions."] : ["It asks to:", ...asked.map(indent)]),
    ...(held.length === 0 ? [] : ["It runs in a process of its own, which is held to that:"]),
    ...held.map(indent),
    ...(free.length === 0 ? [] : ["Nothing holds it to that here:"]),
    ...free.map(indent),
  ];
}

const indent = (line: string): string => `  ${line}`;

function requestsOf(permissions: Permissions): readonly string[] {
  const { read = [], write = [], network, childProcesses, environment = [], native } = permissions;
  return [
    ...read.map((path) => `read ${path}`),
    ...write.map((path) => `write ${path}`),
    ...(network === true ? ["use the network"] : []),
    ...(childProcesses === true ? ["start programs"] : []),
    ...environment.map((name) => `see the environment variable ${name}`),
    ...(native === true ? ["load native code, and start threads"] : []),
  ];
}

const NAMES: Readonly<Record<Capability, string>> = {
  read: "reading files",
  write: "writing files",
  network: "the network",
  childProcesses: "starting programs",
  native: "native code",
  environment: "environment variables",
};

/** What a process that is held to it can do at most. */
const RULES: Readonly<Record<Capability, string>> = {
  read: "its own folder, the programs and libraries of the system, and what it asks for",
  write: "what it asks for",
  network: "only if it asks for it",
  childProcesses: "only if it asks for it",
  native: "only if it asks for it",
  environment: "PATH, HOME, the language and what it asks for",
};

const WORDS: Readonly<Record<NonNullable<Enforcer>, string>> = {
  namespaces: "enforced by Linux",
  node: "enforced by Node",
  environment: "enforced",
};

/** What Node's flags leave open. */
const NODE_LIMITS: Readonly<Partial<Record<Capability, string>>> = {
  read: ", which follows links out of there",
  write: ", which follows links out of there",
};

/** What it can do where nothing holds it. */
function freedom(capability: Capability, { namespaces }: Guards): string {
  if (!namespaces) return FREEDOM[capability];
  return capability === "native"
    ? "native code is held to the files and the network above and else unrestricted"
    : "what it starts is held to the same";
}

const FREEDOM: Readonly<Record<Capability, string>> = {
  read: "it can read all files that you can",
  write: "it can write all files that you can",
  network: "it can reach all that you can",
  childProcesses: "it can start any program",
  native: "native code is unrestricted",
  environment: "it is given only these, but can find the others in the files of this system",
};
