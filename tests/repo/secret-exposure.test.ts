import { file, type SourceFile, testRule } from "./repository.ts";

/** Who may turn a Secret into text, each with its reason. Everyone else hands the Secret on. */
const ALLOWED: Readonly<Record<string, string>> = {
  "core/src/format.ts": "reads its shape and computes its checksum",
  "cli/src/api-client.ts": "sends it to the host it is for, and asks a host about it for a service",
  "sdk/src/memory.ts": "returns the secret of a test's token",
  "server/src/commands/setup-code.ts": "prints the new set-up link, once",
  "server/src/commands/management-key.ts": "prints the new management key, once",
  "server/src/commands/password-reset.ts": "prints the new reset link, once",
  "cli/src/credential-store/file.ts": "keeps it in a file of the user's own",
  "cli/src/credential-store/keyring.ts": "keeps it in the system's keyring",
  "terminal/src/output.ts": "prints it for mintmark auth token, which is for nothing else",
  "cli/src/login/by-code.ts": "sends the device code to the host that made it",
  "cli/src/mcp-bridge/authorized-fetch.ts": "sends it to the host it is for",
  "cli/src/secret-shape.ts": "reads its shape and checksum, without a server",
  "server/src/demo/demo-config.ts": "hashes the key with which the product beside the demo keeps its people",
  "server/src/demo/host.ts": "sends the keys of the product beside the demo to the demo",
  "server/src/demo/received-secrets.ts": "plays the people who open links and report a leak in the demo",
  "server/src/wire/notice.ts": "returns the new feed's address, once",
  "server/src/wire/device.ts": "returns the one-time code for a loopback address, once",
  "server/src/wire/invitation.ts": "returns the new invitation link, once",
  "server/src/http/routes/api-key.ts": "returns the new secret, once",
  "server/src/http/routes/admin/management-key.ts": "returns the new management key, once",
  "server/src/http/routes/event/webhook.ts": "returns the new signing secret, once",
  "server/src/http/routes/admin/service.ts": "returns the new service key, once",
  "server/src/http/routes/admin/user.ts": "returns the new reset link, once",
  "server/src/http/routes/device/token.ts": "returns the codes of a login and the new secret, each once",
  "server/src/http/routes/hand-off.ts": "returns a new link, and the token of a framed page, each once",
  "server/src/http/routes/token/token.ts": "returns the new secret, once",
  "server/src/use-cases/account/emails.ts": "writes the link into the email to its address",
  "server/src/use-cases/notice/emails.ts": "writes the link that turns this kind off into the header of the email",
  "server/src/use-cases/invitation/mail.ts": "writes the link into the email to the invited address",
  "server/src/http/browser.ts": "writes the session cookie",
  "server/src/secrets/generate.ts": "hashes it for the database",
  "bench/src/lists/measure.ts": "plays the host that lists its people in the benchmark",
  "bench/src/directory/main.ts": "plays the host that imports its people in the benchmark",
  "server/src/serve.ts": "prints the set-up link of an empty instance, once",
};

testRule({
  name: "only listed files expose a secret",
  because: "every place that holds the text of a secret is a place that can print it",
  subject: (path) => /^(core|mcp-clients|terminal|server|cli|sdk|web|bench)\/src\/.*\.tsx?$/.test(path),
  check: (files) => exposures(files, ALLOWED),
  twin: {
    files: [
      file("server/src/http/log.ts", "log(token.expose());"),
      file("server/src/http/quiet.ts", "log(token);"),
      file("server/src/secrets/generate.ts", "createHash().update(secret\n  .expose ())"),
    ],
    violations: ["server/src/http/log.ts calls expose()"],
  },
});

testRule({
  name: "every file on the list of those that expose a secret does so",
  because: "a name that stays on the list is a permission nobody watches",
  subject: (path) => ALLOWED[path] !== undefined,
  check: (files) =>
    Object.keys(ALLOWED)
      .filter(
        (allowed) =>
          exposures(
            files.filter(({ path }) => path === allowed),
            {},
          ).length === 0,
      )
      .map((allowed) => `${allowed} is listed and never calls expose()`),
  twin: {
    files: Object.keys(ALLOWED).map((path) => file(path, "hash(secret);")),
    violations: Object.keys(ALLOWED).map((path) => `${path} is listed and never calls expose()`),
  },
});

function exposures(files: readonly SourceFile[], allowed: Readonly<Record<string, string>>): string[] {
  return files
    .filter(({ path, text }) => /\.\s*expose\s*\(/.test(text) && allowed[path] === undefined)
    .map(({ path }) => `${path} calls expose()`);
}
