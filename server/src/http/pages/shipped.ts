// Where that lies which is served and not compiled: guides and the built web app.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** `npm run build` puts it beside the compiled server, which is all that the package ships. */
const BESIDE_THE_CODE = fileURLToPath(new URL("../../", import.meta.url));
const CHECKOUT = fileURLToPath(new URL("../../../../", import.meta.url));

/** The folder as shipped, where the code was; else the folder of the checkout. Both end in a slash. */
export function shippedFolder(shipped: string, inCheckout: string = shipped): string {
  const beside = BESIDE_THE_CODE + shipped;
  return existsSync(beside) ? beside : CHECKOUT + inCheckout;
}
