// The invented people of the demo and the places where they work. Addresses come from the ranges that are reserved for
// documentation (RFC 5737, RFC 3849) and names end in `.example`, so they belong to nobody.

/** The origin of a request: its address and user agent. */
export interface Place {
  readonly ip: string;
  readonly userAgent: string;
}

export interface CastMember {
  readonly name: string;
  readonly email: string;
  readonly desk: Place;
}

const AGENTS = {
  mac: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
  safari:
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15",
  windows:
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
  linux: "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
} as const;

const OFFICE = "203.0.113.24";
const LAB = "203.0.113.90";

const person = (name: string, email: string, agent: keyof typeof AGENTS, ip: string = OFFICE): CastMember => ({
  name,
  email: `${email}@northwind.example`,
  desk: { ip, userAgent: AGENTS[agent] },
});

export const CAST = {
  mara: person("Mara Lindqvist", "mara", "mac"),
  tobias: person("Tobias Okafor", "tobias", "linux"),
  priya: person("Priya Raman", "priya", "safari"),
  jonas: person("Jonas Feld", "jonas", "windows", "198.51.100.17"),
  elena: person("Elena Marchetti", "elena", "mac"),
  sam: person("Sam Whitaker", "sam", "linux", "2001:db8:41::7"),
  yuki: person("Yuki Tanaka", "yuki", "linux", LAB),
  nadia: person("Nadia Haddad", "nadia", "windows"),
  owen: person("Owen Price", "owen", "mac", "192.0.2.61"),
  ines: person("Ines Duarte", "ines", "windows", LAB),
  chiara: person("Chiara Novak", "chiara", "safari"),
  leo: person("Leo Brandt", "leo", "windows"),
} as const satisfies Record<string, CastMember>;

export type Who = keyof typeof CAST;

/** Machines and command lines that use tokens. */
export const PLACES = {
  maraTerminal: { ip: OFFICE, userAgent: "curl/8.14.1" },
  maraHome: { ip: "192.0.2.140", userAgent: "curl/8.14.1" },
  elenaNotebook: { ip: OFFICE, userAgent: "python-requests/2.32.5" },
  samTerminal: { ip: "2001:db8:41::7", userAgent: "HTTPie/3.2.4" },
  yukiBench: { ip: LAB, userAgent: "northwind-bench/1.9.0" },
  continuousIntegration: { ip: "198.51.100.203", userAgent: "northwind-ci/4.2" },
  secondRunner: { ip: "198.51.100.204", userAgent: "northwind-ci/4.2" },
  dashboard: { ip: "203.0.113.30", userAgent: "northwind-dashboard/2.7.1" },
  fieldTablet: { ip: "192.0.2.18", userAgent: "northwind-field/3.0 (Android 15)" },
  backupServer: { ip: "203.0.113.5", userAgent: "Wget/1.25.0" },
  oldServer: { ip: "203.0.113.6", userAgent: "python-urllib/3.9" },
  fleetGateway: { ip: "203.0.113.12", userAgent: "fleet-gateway/6.1.0" },
  scanner: { ip: "198.51.100.120", userAgent: "secret-scanner/1.0" },
  stranger: { ip: "198.51.100.66", userAgent: "python-requests/2.31.0" },
} as const satisfies Record<string, Place>;
