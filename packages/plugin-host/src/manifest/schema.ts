import { STAGES } from "@hodu/core";
import * as z from "zod";
import { isRange, isVersion } from "./ranges.ts";
import { MAX_COMPONENTS, MAX_ENTRIES, MAX_NAME, MAX_TEXT } from "./limits.ts";

/** The part of a package.json that a plugin's manifest is made of, as rules. */

const text = z
  .string()
  .max(MAX_TEXT)
  .refine((found) => !found.includes("\0"), "expected a text without zero bytes");
const said = text.refine((found) => found.trim() !== "", "expected a text that is not empty");
const packageName = z
  .string()
  .max(MAX_NAME)
  .regex(/^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/, "expected a package name such as hodu-format-example");
const name = z
  .string()
  .max(MAX_NAME)
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]*$/, "expected letters, digits, _, ., : and - after a letter or digit");
const extension = z
  .string()
  .max(MAX_NAME)
  .regex(/^\.[^.\s/\\A-Z][^\s/\\A-Z]*$/, "expected an extension in lower case, such as .onnx");
const version = z.string().max(MAX_NAME).refine(isVersion, "expected a version such as 1.0.0");
const range = z.string().max(MAX_NAME).refine(isRange, "expected a range of versions such as ^0.3.0");
const stage = z.enum(STAGES);
const list = <T extends z.ZodType>(entry: T) => z.array(entry).max(MAX_ENTRIES);
const record = <T extends z.ZodType>(entry: T) =>
  z
    .record(z.string().max(MAX_NAME), entry)
    .refine((found) => Object.keys(found).length <= MAX_ENTRIES, `expected at most ${MAX_ENTRIES} members`);
const leadsUp = (path: string): boolean => /(?:^|[/\\])\.\.(?:[/\\]|$)/.test(path);
const isWithin = (path: string): boolean => path !== "" && !/^[/\\]|^[A-Za-z]:/.test(path) && !leadsUp(path);
const relativePath = text.refine(isWithin, "expected a path within the plugin's folder");
/** What a user is asked to grant is to be read without looking up folders. */
const grantedPath = said.refine((path) => !leadsUp(path), "expected a path without ..");
const isProgram = (word: string): boolean => !/[/\\]/.test(word) || isWithin(word);
const program = said.refine(isProgram, "expected the name of a program, or a path within the plugin's folder");

const component = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("format"),
    name,
    title: said,
    modelExtensions: list(extension),
    tensorExtensions: list(extension),
    capabilities: list(z.enum(["load_model", "save_model", "load_tensor", "save_tensor"])).min(1),
  }),
  z.strictObject({
    kind: z.literal("backend"),
    name,
    devices: list(name).min(1),
    capabilities: list(z.enum(["run", "build"])).min(1),
  }),
  z.strictObject({ kind: z.literal("runtime"), name, engine: name, device: name }),
  z.strictObject({ kind: z.literal("adapter"), name, library: relativePath, smi: version }),
  z.strictObject({ kind: z.literal("transform"), name, stage, requires: list(name).optional() }),
  z.strictObject({ kind: z.literal("kernel"), name, operator: name, domain: text.optional() }),
  z.strictObject({ kind: z.literal("kernel-backend"), name, kernel: name, language: name }),
  z.strictObject({ kind: z.literal("hw-transform"), name, stage, requires: list(name).optional() }),
  z.strictObject({ kind: z.literal("operator"), name, domain: name, operators: list(name).min(1) }),
  z.strictObject({ kind: z.literal("extension"), name }),
]);

/** How often a kind and name may be there. */
const components = z
  .array(component)
  .min(1)
  .max(MAX_COMPONENTS)
  .superRefine((found, context) => {
    const names = found.map((one) => `${one.kind} "${one.name}"`);
    names.forEach((one, i) => {
      if (names.indexOf(one) !== i) context.addIssue({ code: "custom", path: [i], message: `${one} is there twice` });
    });
  });

const hodu = z.strictObject({
  name: said.optional(),
  components,
  capabilities: list(said).optional(),
  requires: z
    .strictObject({
      plugins: record(range).optional(),
      system: list(said).optional(),
      optionalSystem: list(said).optional(),
    })
    .optional(),
  permissions: z
    .strictObject({
      read: list(grantedPath).optional(),
      write: list(grantedPath).optional(),
      network: z.boolean().optional(),
      childProcesses: z.boolean().optional(),
      environment: list(said).optional(),
      native: z.boolean().optional(),
    })
    .optional(),
  program: z
    .strictObject({
      command: program,
      arguments: list(text).optional(),
      build: list(text)
        .min(1)
        .refine(([word]) => isProgram(word), "expected a program by its name, or within the plugin's folder")
        .optional(),
    })
    .optional(),
  bugs: text.optional(),
  metadata: record(text).optional(),
});

/** A package.json of a plugin; what npm has beside it is let through. */
export const PLUGIN_PACKAGE = z.looseObject({
  name: packageName,
  version,
  description: text,
  author: text,
  license: said,
  peerDependencies: z.looseObject({ "hodu-plugin-sdk": range }),
  hodu,
});
