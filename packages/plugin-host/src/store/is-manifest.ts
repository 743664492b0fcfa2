import type { Component, ComponentKind, Manifest } from "hodu-plugin-sdk";
import { MAX_ITEMS } from "./limits.ts";
import { hasMembers, isBoolean, isKind, isObject, isText, isTexts, orAbsent, type Rule } from "./rules.ts";

/** The members that each kind of component is chosen by. */
const LISTS: Partial<Readonly<Record<ComponentKind, readonly string[]>>> = {
  format: ["modelExtensions", "tensorExtensions", "capabilities"],
  backend: ["devices", "capabilities"],
  operator: ["operators"],
};
const TEXTS: Partial<Readonly<Record<ComponentKind, readonly string[]>>> = {
  format: ["title"],
  runtime: ["engine", "device"],
  adapter: ["library", "smi"],
  transform: ["stage"],
  kernel: ["operator"],
  "kernel-backend": ["kernel", "language"],
  "hw-transform": ["stage"],
  operator: ["domain"],
};

const isTextTable: Rule = (value) => isObject(value) && isTexts(Object.values(value));
const [mayBeTexts, mayBeBoolean] = [orAbsent(isTexts), orAbsent(isBoolean)];

/** All that a plugin is chosen, resolved, held and started by. */
const isMadeRight = hasMembers({
  id: isText,
  version: isText,
  description: isText,
  author: isText,
  license: isText,
  sdk: isText,
  name: orAbsent(isText),
  bugs: orAbsent(isText),
  capabilities: mayBeTexts,
  metadata: orAbsent(isTextTable),
  requires: orAbsent(hasMembers({ plugins: orAbsent(isTextTable), system: mayBeTexts, optionalSystem: mayBeTexts })),
  permissions: orAbsent(
    hasMembers({
      read: mayBeTexts,
      write: mayBeTexts,
      environment: mayBeTexts,
      network: mayBeBoolean,
      childProcesses: mayBeBoolean,
      native: mayBeBoolean,
    }),
  ),
  program: orAbsent(hasMembers({ command: isText, arguments: mayBeTexts, build: mayBeTexts })),
});

/** Whether a value is a manifest as far as it is used; its rules were held to when the plugin was installed. */
export function isManifest(value: unknown): value is Manifest {
  if (!isObject(value) || !isMadeRight(value)) return false;
  const { components } = value;
  return (
    Array.isArray(components) &&
    components.length > 0 &&
    components.length <= MAX_ITEMS &&
    components.every(isComponent)
  );
}

function isComponent(value: unknown): value is Component {
  if (!isObject(value) || !isKind(value.kind) || !isText(value.name)) return false;
  const kind = value.kind as ComponentKind;
  return (
    (LISTS[kind] ?? []).every((name) => isTexts(value[name])) &&
    (TEXTS[kind] ?? []).every((name) => isText(value[name]))
  );
}
