// Describes a user agent in words. It is only a hint to recognize a browser, since a client can send any text.

const BROWSERS: readonly [RegExp, string][] = [
  [/\bEdgA?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\b(?:Firefox|FxiOS)\//, "Firefox"],
  [/\b(?:Chrome|Chromium|CriOS|HeadlessChrome)\//, "Chrome"],
  [/\bVersion\/[\d.]+.*\bSafari\//, "Safari"],
];

const SYSTEMS: readonly [RegExp, string][] = [
  [/\b(?:iPhone|iPod)\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b|\bMacintosh\b/, "macOS"],
  [/\bLinux\b/, "Linux"],
];

interface Device {
  readonly name: string;
  readonly mobile: boolean;
}

export function describeUserAgent(userAgent: string | null): Device {
  if (userAgent === null || userAgent.trim() === "") return { name: "Unknown browser", mobile: false };
  const browser = BROWSERS.find(([pattern]) => pattern.test(userAgent))?.[1];
  const system = SYSTEMS.find(([pattern]) => pattern.test(userAgent))?.[1];
  const mobile = system === "iPhone" || system === "iPad" || system === "Android";
  if (browser === undefined && system === undefined) return { name: userAgent.slice(0, 60), mobile };
  return { name: [browser ?? "Browser", system && `on ${system}`].filter(Boolean).join(" "), mobile };
}
