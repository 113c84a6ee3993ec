// Reads the server's environment variables before validation. Rule: an unknown name with our prefix stops the start,
// because the operator believes that the setting is in force. Names with our prefix that Kubernetes and other programs
// set are known and ignored.
import { readFileSync } from "node:fs";
import { allowsColor } from "@mintmark/terminal";

export type Environment = Readonly<Record<string, string | undefined>>;

const OURS = /^(?:MINTMARK|DATABASE)_/;

/** Variables of the command and of this repository's tests. A server may start from a shell that has them. */
const OTHERS = /^MINTMARK_(?:TOKEN|PROFILE|URL|SERVICE_KEY|KEYRING|EXPIRY_WARNING|WRITE_TRANSCRIPTS|TEST_\w+)$/;

/** Variables that Kubernetes and Docker add to every container for a service with such a name. */
const SERVICE_LINK = /_(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)$/;
const SERVICE_ADDRESS = /^(?:tcp|udp|sctp):\/\//;

/**
 * The values of the known settings. `NAME_FILE` names a file with the value of `NAME`; one trailing newline is removed.
 * An empty variable counts as absent. Adds each problem to `problems`, without values.
 */
export function readSettings(
  environment: Environment,
  known: readonly string[],
  problems: string[],
): Readonly<Record<string, string>> {
  const given = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== "",
  );
  const names = new Set(known);
  const settings: Record<string, string> = {};
  for (const [name, value] of given) {
    const ofFile = name.endsWith("_FILE") ? name.slice(0, -"_FILE".length) : null;
    if (names.has(name)) {
      if (name.endsWith("_PORT") && SERVICE_ADDRESS.test(value)) problems.push(serviceLink(name));
      else settings[name] = value;
    } else if (ofFile !== null && names.has(ofFile)) {
      const text = environment[ofFile] ? null : readText(value);
      if (text === null) {
        const why = environment[ofFile] ? `and ${ofFile} are both set: remove one of them` : `${value} cannot be read`;
        problems.push(`${name} ${why}`);
      } else if (text.trim() === "") problems.push(`${name} ${value} is empty`);
      else settings[ofFile] = text;
    } else if (OURS.test(name) && !OTHERS.test(name) && !isServiceLink(name, value)) {
      problems.push(`${name} is not a setting of Mintmark; did you mean ${nearest(name, known)}?`);
    }
  }
  return settings;
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, "utf8").replace(/\r?\n$/, "");
  } catch {
    return null;
  }
}

function isServiceLink(name: string, value: string): boolean {
  return SERVICE_LINK.test(name) || (name.endsWith("_PORT") && SERVICE_ADDRESS.test(value));
}

function serviceLink(name: string): string {
  return `${name} is the address that Kubernetes gives every container of a service named "mintmark", not a port: set enableServiceLinks: false in the pod, set ${name} there, or rename the service`;
}

/** The known name with the smallest edit distance. */
function nearest(name: string, known: readonly string[]): string {
  const candidates = name.endsWith("_FILE") ? known.map((other) => `${other}_FILE`) : known;
  const distances = candidates.map((candidate) => ({ candidate, distance: distanceOf(name, candidate) }));
  return distances.reduce((best, next) => (next.distance < best.distance ? next : best)).candidate;
}

/** The Levenshtein distance; names are short. */
function distanceOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** Whether npm runs this process as one of its scripts. Then its parent is npm's shell. */
export function isRunByNpm(environment: Readonly<Record<string, string | undefined>> = process.env): boolean {
  return environment["npm_lifecycle_event"] !== undefined;
}

/** Whether the environment allows colors. */
export function isColorAllowed(): boolean {
  return allowsColor(process.env);
}
