// The settings about the host product that Mintmark serves: its name and address, and whether it manages the directory.
import { isHostOrigin, isLoopbackHost, parseName } from "@mintmark/core";
import { z } from "zod";
import type { InstanceSettings } from "../use-cases/use-case.ts";

/** The name of the host product, as the web app shows it. */
export const hostName = z.string().transform((text, context) => {
  const name = parseName(text);
  if (name === null) context.addIssue("must be a name of 1 to 100 visible characters");
  return name ?? "";
});

/** An address that people open in a browser. It goes over a network only on `https`. */
export const hostUrl = z
  .url({ protocol: /^https?$/, error: "must be a URL such as https://app.example.com" })
  .refine((text) => {
    const url = new URL(text);
    const isSafe = url.protocol === "https:" || isLoopbackHost(url.hostname);
    return isSafe && url.username === "" && url.password === "" && !/[#\s]/.test(text);
  }, "must begin with https:// (http:// only on a loopback host), without a user, a password or a fragment");

/** An origin of pages that a hand-off may lead back to. */
export const returnOrigin = z
  .string()
  .refine(isHostOrigin, "must be origins such as https://app.example.com (http:// only on a loopback host)");

export function hostSettings(env: {
  readonly MINTMARK_DIRECTORY: InstanceSettings["directory"];
  readonly MINTMARK_HOST_NAME?: string | undefined;
  readonly MINTMARK_HOST_URL?: string | undefined;
  readonly MINTMARK_HOST_SIGN_IN_URL?: string | undefined;
  readonly MINTMARK_RETURN_ORIGINS?: readonly string[] | undefined;
  readonly MINTMARK_SUBJECT: InstanceSettings["subject"];
}): Pick<InstanceSettings, "directory" | "host" | "hostSignInUrl" | "returnOrigins" | "subject"> {
  const { MINTMARK_HOST_NAME: name, MINTMARK_HOST_URL: url, MINTMARK_HOST_SIGN_IN_URL: signInUrl } = env;
  const addresses = [url, signInUrl].filter((address) => address !== undefined);
  return {
    directory: env.MINTMARK_DIRECTORY,
    host: name === undefined || url === undefined ? null : Object.freeze({ name, url }),
    hostSignInUrl: signInUrl ?? null,
    returnOrigins: Object.freeze(
      env.MINTMARK_RETURN_ORIGINS ?? [...new Set(addresses.map((address) => new URL(address).origin))],
    ),
    subject: env.MINTMARK_SUBJECT,
  };
}

/** The settings about the host product that contradict or lack one another. */
export function hostProblems(given: Readonly<Record<string, string>>): readonly string[] {
  const isExternal = given["MINTMARK_DIRECTORY"] === "external";
  const [name, url] = [given["MINTMARK_HOST_NAME"], given["MINTMARK_HOST_URL"]];
  const problems: string[] = [];
  if (isExternal && name === undefined)
    problems.push("MINTMARK_HOST_NAME must be set with MINTMARK_DIRECTORY=external: the pages name who manages people");
  if (isExternal && url === undefined)
    problems.push(
      "MINTMARK_HOST_URL must be set with MINTMARK_DIRECTORY=external: the pages link to who manages people",
    );
  if (!isExternal && (name === undefined) !== (url === undefined))
    problems.push("MINTMARK_HOST_NAME and MINTMARK_HOST_URL must be set together, or neither");
  if (isExternal && given["MINTMARK_SIGN_UP"] === "open")
    problems.push("MINTMARK_SIGN_UP must not be open with MINTMARK_DIRECTORY=external: nobody signs up here");
  if (isExternal && given["MINTMARK_PERSONAL_TOKENS"] === "allow")
    problems.push(
      "MINTMARK_PERSONAL_TOKENS must not be allow with MINTMARK_DIRECTORY=external: the host has no personal organizations",
    );
  return problems;
}
