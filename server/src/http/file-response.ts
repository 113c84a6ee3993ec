// Responses that are files. Rule: a file is sent while it is created and never held in memory as a whole.
import type { FileResponse } from "./operation.ts";

const FILE_NAME = /^[\w.-]+$/;

/** The headers of a file that a browser saves under its name and never shows as a page. */
export function fileHeaders({ contentType, fileName }: FileResponse): Readonly<Record<string, string>> {
  if (!FILE_NAME.test(fileName)) throw new Error(`the file name ${fileName} needs quoting`);
  return { "Content-Type": contentType, "Content-Disposition": `attachment; filename="${fileName}"` };
}

/**
 * The file as a stream. The first chunk is created before this function returns, so that an early failure is an
 * ordinary refusal. A later failure breaks the connection, so that the client sees an incomplete file, and calls
 * `onError`. The next chunk is created only when the client has read the previous one, and none after the client
 * leaves.
 */
export async function fileStream(
  { chunks }: FileResponse,
  onError: (error: unknown) => void,
): Promise<ReadableStream<Uint8Array>> {
  const iterator = chunks[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  let ready: IteratorResult<string> | null = await iterator.next();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller): Promise<void> {
        try {
          const { done, value } = ready ?? (await iterator.next());
          ready = null;
          if (done === true) controller.close();
          else controller.enqueue(encoder.encode(value));
        } catch (error) {
          onError(error);
          // The framework prints this error; `onError` has logged the cause.
          controller.error(new Error("the file is incomplete"));
        }
      },
      async cancel(): Promise<void> {
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
