// What started this process, and what it prints to.
import process from "node:process";
import { allowsColor } from "@mintmark/terminal";

/** Whether npm runs this process as one of its scripts: then nobody but npm's shell stands above it. */
export function isRunByNpm(): boolean {
  return process.env["npm_lifecycle_event"] !== undefined;
}

/** Whether the environment allows colors. */
export function isColorAllowed(): boolean {
  return allowsColor(process.env);
}
