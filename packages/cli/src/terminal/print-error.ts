import type { ErrorPlace, ErrorReport, ErrorSection } from "@hodu/core";
import { escapeJson, escapeLine, escapeText } from "./escape.ts";
import { painter } from "./style.ts";
import { writeMessage } from "./write.ts";

/** A HoduError as this file needs it: told by its form, so that core need not be loaded. */
interface ReportedError {
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
  readonly where: ErrorPlace;
  /** Errors of an older copy of core have none. */
  readonly report?: ErrorReport | undefined;
  readonly exitCode: number;
}

function isReported(error: unknown): error is ReportedError {
  return error instanceof Error && error.name === "HoduError" && "code" in error && "exitCode" in error;
}

/** Prints an error with its hint, and gives the exit status that goes with it. */
export function printError(error: unknown, verbose: boolean): number {
  const paint = painter(process.stderr);
  if (!isReported(error)) {
    const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
    writeMessage(`${paint("Error:", "red", "bold")} ${escapeText(`Hodu itself failed: ${message}`)}\n`);
    if (verbose && stack !== undefined) writeMessage(`${paint(escapeText(stack), "dim")}\n`);
    writeMessage(
      `${paint("hint:", "cyan", "bold")} this is a bug; run it again with --verbose and report what it says\n`,
    );
    return 1;
  }
  if (error.code === "ABORTED") return printInterruption(error);
  const { headline = error.message, sections = [] } = error.report ?? {};
  writeMessage(`${paint("Error:", "red", "bold")} ${escapeText(headline)}\n`);
  const place = formatPlace(error);
  if (place !== "") writeMessage(`${paint(`  at ${escapeLine(place)}`, "dim")}\n`);
  writeMessage(sections.map(formatSection).join(""));
  const { hint = `hodu explain ${error.code}` } = error;
  const isSaid = sections.some(({ lines = [] }) => lines.some((line) => line.endsWith(hint)));
  if (sections.length > 0 && !isSaid) writeMessage("\n");
  if (!isSaid) writeMessage(`${paint("hint:", "cyan", "bold")} ${escapeLine(hint)}\n`);
  if (verbose && error.hint !== undefined) writeMessage(`${paint(`more: hodu explain ${error.code}`, "dim")}\n`);
  return error.exitCode;
}

/** An error for programs: all that `printError` says. */
export function errorAsJson(error: unknown): string {
  const { message } = error instanceof Error ? error : { message: String(error) };
  if (!isReported(error)) return format({ code: "INTERNAL", message, exit_status: 1 });
  const { code, hint = `hodu explain ${code}`, where, report, exitCode } = error;
  return format({ code, message, hint, where, ...report, exit_status: exitCode });
}

const format = (error: object): string => `${escapeJson(JSON.stringify({ error }, null, 2))}\n`;

/** An empty line, the title, and its lines indented below; lines without a title as they are. */
function formatSection({ title, lines = [] }: ErrorSection): string {
  const all = title === undefined ? lines : [title, ...lines.map((line) => `  ${line}`)];
  return `\n${all.map((line) => `${escapeLine(line)}\n`).join("")}`;
}

/** A terminal has shown ^C on the line already. Who interrupts needs no advice. */
function printInterruption(error: ReportedError): number {
  writeMessage(`${process.stderr.isTTY ? "\n" : ""}${escapeText(error.message)}\n`);
  return error.exitCode;
}

/** Of the place what the message does not say already. */
function formatPlace({ message, where: { field, offset, node, operator, plugin } }: ReportedError): string {
  const parts: string[] = [];
  if (node !== undefined && !message.includes(node)) {
    parts.push(operator === undefined ? `node "${node}"` : `node "${node}" (${operator})`);
  }
  if (field !== undefined && !message.includes(field)) parts.push(field);
  if (offset !== undefined) parts.push(`byte ${offset}`);
  if (parts.length > 0 && plugin !== undefined) parts.push(`read by ${plugin}`);
  return parts.join(", ");
}
