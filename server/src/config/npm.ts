import process from "node:process";

/** Whether npm runs this process as one of its scripts: then nobody but npm's shell stands above it. */
export function isRunByNpm(): boolean {
  return process.env["npm_lifecycle_event"] !== undefined;
}
