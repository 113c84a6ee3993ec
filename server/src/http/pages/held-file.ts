// A file that is answered from memory, to whoever asks again only when it has changed, compressed where that pays.
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { PAGE_HEADERS } from "./page.ts";

export interface HeldFile {
  readonly body: Buffer<ArrayBuffer>;
  readonly gzipped: Buffer<ArrayBuffer> | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** `isHashed` says that the name changes with the content, so that a browser may keep it for good. */
export function holdFile(content: Buffer<ArrayBuffer> | string, type: string, isHashed = false): HeldFile {
  const body = typeof content === "string" ? Buffer.from(content) : content;
  const isText = !/font|png|icon/.test(type);
  return {
    body,
    gzipped: isText && body.length > 1000 ? gzipSync(body, { level: 9 }) : null,
    headers: {
      ...PAGE_HEADERS,
      "Content-Type": type,
      ETag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`,
      // A hashed name never changes its content; everything else is asked for again each time.
      "Cache-Control": isHashed ? "public, max-age=31536000, immutable" : "no-cache",
      Vary: "Accept-Encoding",
    },
  };
}

/** 304 to whoever has it already. */
export function answerFile(file: HeldFile, request: Headers): Response {
  if (request.get("if-none-match") === file.headers["ETag"])
    return new Response(null, { status: 304, headers: file.headers });
  const wantsGzip = file.gzipped !== null && /\bgzip\b/.test(request.get("accept-encoding") ?? "");
  return wantsGzip
    ? new Response(file.gzipped, { headers: { ...file.headers, "Content-Encoding": "gzip" } })
    : new Response(file.body, { headers: file.headers });
}
