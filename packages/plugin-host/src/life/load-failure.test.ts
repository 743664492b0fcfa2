/** Rows H-307 and H-308: what is said when a plugin does not load. */
import { HoduError } from "@hodu/core";
import { expect, it } from "vitest";
import { loadFailure } from "./load-failure.ts";

const manifest = {
  id: "hodu-backend-cpu",
  version: "0.2.0",
  description: "d",
  author: "a",
  license: "MIT",
  sdk: "^0.3.0",
  components: [],
} as const;
const installed = { manifest, origin: "user", folder: "/home/p", source: "local:/src/my plugin" } as const;

it("H-307, H-308: names the plugin, the cause, what that usually means, and the command that installs it anew", () => {
  const message = 'Cannot start plugin "hodu-backend-cpu": The module does not provide an export named "x"';
  const failure = loadFailure(new HoduError("PLUGIN_PROTOCOL", message), installed);
  expect(failure).toMatchObject({ code: "PLUGIN_PROTOCOL", message });
  expect(failure.hint).toBe("hodu plugin install --path '/src/my plugin' --force");
  expect(failure.report).toEqual({
    headline: "Failed to load plugin 'hodu-backend-cpu'",
    sections: [
      {
        title: 'Cause: The module does not provide an export named "x"',
        lines: ["This usually means that the plugin was built with an incompatible SDK version."],
      },
      { title: "To fix:", lines: ["hodu plugin install --path '/src/my plugin' --force"] },
    ],
  });
});

it.each([
  ["file:/a/p.tgz", "hodu plugin install --offline /a/p.tgz --force"],
  ["local:/a/p", "hodu plugin install --path /a/p --force"],
  ["npm", "hodu plugin install cpu --force"],
  [undefined, "hodu plugin test /home/p"],
])("a plugin from %s is mended from there", (source, command) => {
  const { source: _, ...found } = installed;
  const plugin = source === undefined ? found : { ...found, source };
  expect(loadFailure(new HoduError("IO", "Cannot read"), plugin).hint).toBe(command);
});

it.each([
  ["Cannot find package 'left-pad' imported from a.js", "a file or a package that it needs is not there"],
  ["could not be started (spawn plugin EACCES)", "its program is for another machine"],
  ['its version is "1", expected "2" as listed', "it was changed and not built again"],
  ["its onLoad did not end within 30 s", "it waits for something when it starts"],
  ["no luck", "the plugin has a fault"],
])("%s", (cause, meaning) => {
  const [section] = loadFailure(new HoduError("IO", cause), installed).report!.sections;
  expect(section.lines?.at(-1)).toContain(meaning);
});

it("has the last words of a plugin that crashed as it was loaded, and the error among them first", () => {
  const title = "Its process ended with exit code 1 when it was to start.";
  const crash = (lines: readonly string[]): HoduError =>
    new HoduError("PLUGIN_CRASH", "Cannot start", { hint: "cat x.log", report: { sections: [{ title, lines }] } });
  const fault = "This usually means that the plugin has a fault.";
  const { report, hint } = loadFailure(crash(["at x.js:1", "TypeError: y"]), installed);
  expect(hint).toBe("cat x.log");
  expect(report!.sections.slice(0, 2)).toEqual([
    { title: "Cause: TypeError: y", lines: [fault] },
    { title, lines: ["at x.js:1", "TypeError: y"] },
  ]);
  expect(loadFailure(crash(["going"]), installed).report!.sections.slice(0, 2)).toEqual([
    { title: `Cause: ${title}`, lines: [fault] },
    { lines: ["going"] },
  ]);
});

it("leaves a load that was cancelled alone", () => {
  const error = new HoduError("ABORTED", "Interrupted");
  expect(loadFailure(error, installed)).toBe(error);
});
