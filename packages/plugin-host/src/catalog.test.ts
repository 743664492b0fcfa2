import type { Component, FormatCapability, FormatComponent } from "hodu-plugin-sdk";
import { describe, expect, it } from "vitest";
import type { ListedPlugin } from "./listed-plugin.ts";
import { makeCatalog } from "./catalog.ts";

function plugin(id: string, ...components: readonly Component[]): ListedPlugin {
  const manifest = { id, version: "1.0.0", description: "d", author: "a", license: "l", sdk: "^0.3.0", components };
  return { manifest, origin: "bundled", load: () => Promise.reject(new Error("nothing is loaded to resolve a name")) };
}

function format(
  name: string,
  models: readonly string[],
  tensors: readonly string[] = [],
  saves: FormatComponent["capabilities"] = [],
): FormatComponent {
  return {
    kind: "format",
    name,
    title: name.toUpperCase(),
    modelExtensions: models,
    tensorExtensions: tensors,
    capabilities: [
      ...(models.length > 0 ? ["load_model" as const] : []),
      ...(tensors.length > 0 ? ["load_tensor" as const] : []),
      ...saves,
    ],
  };
}

const onnx = plugin("hodu-format-onnx", format("onnx", [".onnx"], [".pb"]));
const zipped = plugin("hodu-format-zipped", format("zipped", [".onnx.gz"]));
const two = plugin("hodu-format-two", format("one", [".one"]), format("other", [".one", ".other"]));
const interp = plugin("hodu-backend-interp", {
  kind: "backend",
  name: "interp",
  devices: ["cpu"],
  capabilities: ["run"],
});
const catalog = makeCatalog([onnx, zipped, two, interp]);

describe("the catalog", () => {
  it("finds the format of a file by its longest extension, in any case", () => {
    expect(catalog.formatOfFile("a/Model.ONNX", "load_model").plugin).toBe(onnx);
    expect(catalog.formatOfFile("model.onnx.gz", "load_model").plugin).toBe(zipped);
    expect(catalog.formatOfFile("x.pb", "load_tensor").component.name).toBe("onnx");
    expect(catalog.formatOfFile("x.other", "load_model").component.name).toBe("other");
  });

  it("names the extensions that it knows when it does not know one", () => {
    expect(() => catalog.formatOfFile("a.txt", "load_model")).toThrow(
      'Cannot read "a.txt" as a model: no format has its extension, expected .one, .onnx, .onnx.gz or .other',
    );
    expect(() => catalog.formatOfFile("a.onnx", "load_tensor")).toThrow("as a tensor file");
    expect(() => makeCatalog([]).formatOfFile("a.onnx", "load_model")).toThrow("expected an installed format");
  });

  it("finds a format by short or full name, in any case", () => {
    for (const name of ["onnx", "ONNX", "hodu-format-onnx", " Hodu-Format-ONNX "]) {
      expect(catalog.format(name).plugin).toBe(onnx);
    }
    expect(() => catalog.format("onyx")).toThrow(
      expect.objectContaining({
        code: "FORMAT_NOT_FOUND",
        message: expect.stringContaining("expected onnx, zipped, one or other"),
      }),
    );
  });

  it("lists the candidates of a name that could be several", () => {
    const candidates = /one \(hodu-format-two\) or other \(hodu-format-two\)/;
    expect(() => catalog.format("hodu-format-two")).toThrow(candidates);
    expect(() => catalog.format("hodu-format-two")).toThrow(expect.objectContaining({ code: "BAD_USAGE" }));
  });

  it("gives the engine all backends", () => {
    expect(catalog.backends.map(({ plugin: { manifest }, component }) => [manifest.id, component.name])).toEqual([
      ["hodu-backend-interp", "interp"],
    ]);
  });

  it("refuses one id twice", () => {
    expect(() => makeCatalog([onnx, plugin("Hodu-Format-ONNX")])).toThrow("it is there twice");
  });
});

describe("several formats for one extension", () => {
  const early = plugin("hodu-format-early", format("early", [".m"], [".t"]));
  const late = plugin("hodu-format-late", format("late", [".m"], [".t", ".json"], ["save_tensor"]));
  const own = { ...plugin("hodu-formats", format("json", [], [".json"], ["save_tensor"])), origin: "builtin" as const };
  const nameOf = (file: string, capability: FormatCapability, overrides: Record<string, string> = {}): string =>
    makeCatalog([early, late, own], { overrides: new Map(Object.entries(overrides)) }).formatOfFile(file, capability)
      .component.name;

  it("takes the one that was installed first", () => {
    expect(nameOf("x.m", "load_model")).toBe("early");
    expect(catalog.formatOfFile("x.one", "load_model").component.name).toBe("one");
  });

  it("takes the first of those that can do it", () => {
    expect(nameOf("x.t", "load_tensor")).toBe("early");
    expect(nameOf("x.t", "save_tensor")).toBe("late");
  });

  it("takes the one that an override names, by short or full name", () => {
    expect(nameOf("X.M", "load_model", { ".m": "late" })).toBe("late");
    expect(nameOf("x.m", "load_model", { ".m": "Hodu-Format-Late" })).toBe("late");
    expect(nameOf("x.unknown", "load_model", { ".unknown": "late" })).toBe("late");
    expect(nameOf("x.a.m", "load_model", { ".m": "early", ".a.m": "late" })).toBe("late");
  });

  it("leaves an override aside for what its format cannot do", () => {
    expect(nameOf("x.t", "save_tensor", { ".t": "early" })).toBe("late");
    expect(() => nameOf("x.t", "save_model", { ".t": "early" })).toThrow('Cannot write "x.t" as a model');
  });

  it("never takes another one for a built-in format's files", () => {
    expect(nameOf("x.json", "load_tensor")).toBe("json");
    expect(nameOf("x.json", "save_tensor", { ".json": "late" })).toBe("json");
  });

  it("refuses an override that names nothing, or several", () => {
    const refusal = { code: "CONFIG", hint: "hodu config unset formats.m" };
    expect(() => nameOf("x.m", "load_model", { ".m": "lat" })).toThrow(expect.objectContaining(refusal));
    const both = { overrides: new Map([[".one", "hodu-format-two"]]) };
    expect(() => makeCatalog([two], both).formatOfFile("x.one", "load_model")).toThrow(/one \(.*\) or other \(.*\)/);
  });
});
