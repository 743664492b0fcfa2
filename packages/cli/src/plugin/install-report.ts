import type { InstallReport } from "@hodu/plugin-host/install";
import type { EventOf, Listener } from "hodu-plugin-sdk";
import { escapeLine } from "../terminal/escape.ts";
import { newStatus } from "../terminal/status.ts";
import { columnsOf, isLive, painter } from "../terminal/style.ts";
import { writeMessage } from "../terminal/write.ts";

/** Cells of a bar, and how often it is drawn anew, in milliseconds. */
const CELLS = 30;
const DRAW_EVERY = 80;

/** What an install says on standard error; on a terminal also how far it is. */
export interface PrintedReport extends InstallReport {
  /** Whether there was something to clean up yet. */
  readonly hasBegun: () => boolean;
  /** Draws how far it is: a listener of InstallProgress. */
  readonly draw: Listener<EventOf<"InstallProgress">>;
  /** Takes away what does not stay. */
  readonly clear: () => void;
}

/** A report for people. A quiet one has warnings only. */
export function printReport(quiet: boolean): PrintedReport {
  const isShown = !quiet;
  const canDraw = isShown && isLive(process.stderr);
  let [drawn, lastTime, begun] = [false, 0, false];
  const clear = (): void => {
    if (drawn) writeMessage("\r\u001b[K");
    drawn = false;
  };
  const line = (text: string): void => {
    clear();
    if (isShown) writeMessage(`${text}\n`);
  };
  return {
    clear,
    hasBegun: () => begun,
    begin() {
      begun = true;
    },
    step: (text) => line(escapeLine(text)),
    checked: ({ title, isThere, isOptional }) => line(checkLine(title, isThere, isOptional)),
    warn(text) {
      clear();
      newStatus(quiet ? "quiet" : "normal").warn(text);
    },
    waiting: () => line("Waiting for another hodu that changes the plugins..."),
    draw({ done, total, label }) {
      if (!canDraw || total === undefined || Date.now() - lastTime < DRAW_EVERY) return;
      lastTime = Date.now();
      drawn = true;
      const text = `${bar(done / total)} ${escapeLine(label)}`;
      writeMessage(`\r\u001b[K${text.slice(0, columnsOf(process.stderr) - 1)}`);
    },
  };
}

function checkLine(title: string, isThere: boolean, isOptional: boolean): string {
  const paint = painter(process.stderr);
  const name = escapeLine(title);
  if (isThere) return `${paint("✓", "green")} ${name}`;
  return isOptional ? `${paint("-", "dim")} ${name} not found (optional)` : `${paint("✗", "red")} ${name} not found`;
}

function bar(share: number): string {
  const full = Math.max(0, Math.min(CELLS, Math.floor(share * CELLS)));
  return `[${"█".repeat(full)}${"░".repeat(CELLS - full)}] ${Math.floor(share * 100)}%`;
}
