// The configurations of docs/proxies.md, put where a test can run them: addresses, ports and certificates are replaced,
// nothing else.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { snippets } from "../../tests/repo/markdown.ts";
import { type Certificate, hasIpv6, type ProxyName } from "../../tests/support/proxies.ts";

const GUIDE = readFileSync(fileURLToPath(new URL("../../docs/proxies.md", import.meta.url)), "utf8");

export type Subject = "api" | "instance";
const HEADINGS: Readonly<Record<Subject, string>> = { api: "An API", instance: "The instance" };

/** Where a configuration is to stand, and what it is to lead to. */
export interface Place {
  /** The port of 127.0.0.1 and ::1 to listen on. */
  readonly port: number;
  readonly mintmarkPort: number;
  readonly apiPort?: number;
  readonly certificate: Certificate;
  /** The file that holds the script of HAProxy. */
  readonly scriptFile?: string;
}

/** The one text of a language in a part of the guide. */
function textOf(subject: Subject, language: string): string {
  const part = GUIDE.split(/^## /m).find((text) => text.startsWith(HEADINGS[subject])) ?? "";
  const found = snippets(part).filter((snippet) => snippet.language === language);
  if (found.length !== 1) throw new Error(`docs/proxies.md has ${found.length} texts in ${language} on ${subject}`);
  return found[0]?.text ?? "";
}

/** The configuration of the guide in its place. Throws when a line to replace is not there. */
export function configurationOf(proxy: ProxyName, subject: Subject, place: Place): string {
  const { certFile, keyFile, pemFile } = place.certificate;
  const name = subject === "api" ? "api.example.com" : "mintmark.example.com";
  const changes: Readonly<Record<ProxyName, readonly (readonly [string, string])[]>> = {
    nginx: [
      ["listen 443 ", `listen 127.0.0.1:${place.port} `],
      ["listen [::]:443 ssl http2;", hasIpv6 ? `listen [::1]:${place.port} ssl http2;` : ""],
      [`/etc/ssl/${name}.crt`, certFile],
      [`/etc/ssl/${name}.key`, keyFile],
    ],
    caddy: [
      [
        `${name} {`,
        `${name}:${place.port} {\n\tbind 127.0.0.1${hasIpv6 ? " [::1]" : ""}\n\ttls ${certFile} ${keyFile}`,
      ],
    ],
    haproxy: [
      ["bind :443,[::]:443 v6only", `bind 127.0.0.1:${place.port}${hasIpv6 ? `,[::1]:${place.port}` : ""}`],
      [`/etc/haproxy/${name}.pem`, pemFile],
      ...(subject === "api" ? [["/etc/haproxy/mintmark.lua", place.scriptFile ?? ""] as const] : []),
    ],
  };
  const mintmark = proxy === "haproxy" && subject === "api" ? [] : [mintmarkAt(place)];
  const api = subject === "api" ? [["127.0.0.1:8080", `127.0.0.1:${place.apiPort}`] as const] : [];
  return replaced(textOf(subject, proxy), [...changes[proxy], ...mintmark, ...api]);
}

/** The script by which HAProxy asks. */
export function scriptOf(place: Pick<Place, "mintmarkPort">): string {
  return replaced(textOf("api", "lua"), [mintmarkAt(place)]);
}

function mintmarkAt({ mintmarkPort }: Pick<Place, "mintmarkPort">): readonly [string, string] {
  return ["127.0.0.1:3210", `127.0.0.1:${mintmarkPort}`];
}

function replaced(text: string, changes: readonly (readonly [string, string])[]): string {
  return changes.reduce((sofar, [from, to]) => {
    if (!sofar.includes(from)) throw new Error(`docs/proxies.md no longer says ${from}`);
    return sofar.replace(from, to);
  }, text);
}
