/** Rows H-364, H-365. */
import { describe, expect, it } from "vitest";
import { planPlugin } from "./plan-plugin.ts";
import { PLUGIN_KINDS } from "./plugin-kinds.ts";
import { templateFiles } from "./template-files.ts";

describe("a plugin that is begun", () => {
  it("is named by its kind and a short name, whichever of them was given", () => {
    for (const given of ["my-custom", "my-custom-backend", "hodu-backend-my-custom"]) {
      expect(planPlugin(given, "backend")).toMatchObject({ id: "hodu-backend-my-custom", name: "my-custom" });
    }
    expect(planPlugin("points", "format").id).toBe("hodu-format-points");
    expect(planPlugin("x", "HW_transform").id).toBe("hodu-hw-transform-x");
  });

  it("is refused without a kind, of another kind or language, or with a name that no package has", () => {
    expect(() => planPlugin("x", undefined)).toThrow(/no --type, expected format, backend/);
    expect(() => planPlugin("x", "runtime")).toThrow(/the type "runtime"/);
    expect(() => planPlugin("x", "kernel", "c")).toThrow(
      /the language "c", which there is no template in, expected ts/,
    );
    for (const name of ["", "A", "a b", "../x", "-x", "3d", "x".repeat(101)]) {
      expect(() => planPlugin(name, "format")).toThrow(/Cannot name a plugin/);
    }
  });

  it("has no place in a template that was left open, in any kind and language", async () => {
    for (const [kind, { languages }] of Object.entries(PLUGIN_KINDS)) {
      for (const language of languages) {
        const files = await templateFiles(planPlugin("some-thing", kind, language));
        expect([...files.keys()]).toEqual(
          expect.arrayContaining(["package.json", "README.md", ".gitignore", ".github/workflows/test.yml"]),
        );
        for (const [path, content] of files) {
          expect(path).not.toMatch(/[{}]|\.tmpl$/);
          if (typeof content === "string") expect(content, path).not.toMatch(/\{\{\w+\}\}/);
        }
      }
    }
  });
});
