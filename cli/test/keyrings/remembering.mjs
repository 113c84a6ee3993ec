// A keyring that stores its secrets in the file that KEYRING_FILE names. The command needs no more of a keyring.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";

const file = process.env.KEYRING_FILE;
const secrets = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
const { operation, service, account, secret } = JSON.parse(await text(process.stdin));
const key = `${service} ${account}`;
const found = secrets[key] ?? null;
if (operation === "save") secrets[key] = secret;
if (operation === "delete") delete secrets[key];
writeFileSync(file, JSON.stringify(secrets));
process.stdout.write(
  JSON.stringify({
    ok: true,
    secret: operation === "find" ? found : null,
    deleted: operation === "delete" && found !== null,
  }),
);
