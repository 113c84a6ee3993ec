// Answers that are files: sent while they are made, never held whole.
import type { FileAnswer } from "./operation.ts";

const FILE_NAME = /^[\w.-]+$/;

/** The headers of a file that a browser saves under its name and never shows as a page. */
export function fileHeaders({ contentType, fileName }: FileAnswer): Readonly<Record<string, string>> {
  if (!FILE_NAME.test(fileName)) throw new Error(`the file name ${fileName} needs quoting`);
  return { "Content-Type": contentType, "Content-Disposition": `attachment; filename="${fileName}"` };
}

/**
 * The file as a stream. The first chunk is made before this returns, so what is refused until then is an
 * ordinary refusal. A later failure breaks the connection: the client sees that the file is not whole, and
 * `onError` is told. A chunk is made only when the client has taken the one before, and none after it left.
 */
export async function fileStream(
  { chunks }: FileAnswer,
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
          // The framework prints what it gets here; what happened is in the log already.
          controller.error(new Error("the file broke off"));
        }
      },
      async cancel(): Promise<void> {
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
